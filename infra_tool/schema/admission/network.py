"""What the API server demands of Services, routes and network policies.

Source: pkg/apis/core/validation and pkg/apis/networking/validation of Kubernetes.
"""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.containers import one_of
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

OUTSIDE = ("NodePort", "LoadBalancer")
BALANCED = ("loadBalancerSourceRanges", "loadBalancerClass", "allocateLoadBalancerNodePorts")
DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
AFFINITY_MOST = 86400
CLASS_ANNOTATION = "kubernetes.io/ingress.class"
FAMILY = values.enum("IPv4", "IPv6")
REACH = values.enum("Cluster", "Local")
REFERENCE = {"kind": names.SEGMENT, "name": names.SEGMENT, "apiGroup": values.given(names.SUBDOMAIN_NAME)}


def _service(here: Here) -> Iterator[Violation]:
    kind = here.text("type") if here.is_given("type") else "ClusterIP"
    if kind is None:
        return
    address = here.text("clusterIP")
    if kind == "ExternalName":
        yield from _external(here)
    elif here.is_empty("ports") and address != "None" and ("clusterIP" not in here or address is not None):
        yield here.lacking("K005", "`ports` is missing", "ports")
    if kind in OUTSIDE and address == "None":
        yield here.wrong("K013", "clusterIP", f"a Service of type {kind} needs an address: clusterIP cannot be None")
    yield from _inside_only(here, kind)


def _external(here: Here) -> Iterator[Violation]:
    if not here.is_given("externalName"):
        yield here.lacking("K005", "`externalName` is missing, which the type ExternalName needs", "externalName")
    if here.text("clusterIP") not in (None, ""):
        yield here.wrong("K013", "clusterIP", "a Service of type ExternalName takes no clusterIP")


def _addresses(here: Here) -> Iterator[Violation]:
    """Demand that the two fields for addresses agree, one of each family."""
    if not here.is_empty("clusterIPs") and not here.is_given("clusterIP"):
        yield here.wrong("K013", here.key("clusterIPs"), "clusterIPs needs clusterIP, with the first of them")
    addresses, families = [text for _, text in here.texts("clusterIPs")], [text for _, text in here.texts("ipFamilies")]
    first = here.text("clusterIP")
    if addresses and first and addresses[0] != first:
        yield here.wrong("K013", here.key("clusterIPs"), f"the first of clusterIPs must be the clusterIP, {first}")
    of_one_family = [":" in address for address in addresses]
    if len(set(of_one_family)) < len(addresses):
        yield here.wrong("K013", here.key("clusterIPs"), "clusterIPs takes one address of each family")
    if len(set(families)) < len(families):
        yield here.wrong("K010", here.key("ipFamilies"), "ipFamilies has the same family twice")


def _health(here: Here) -> Iterator[Violation]:
    """Demand a port for health checks where something makes them."""
    if here.number("healthCheckNodePort") and here.known("externalTrafficPolicy") in (None, "", "Cluster"):
        is_open = "externalTrafficPolicy" in here and here.known("externalTrafficPolicy") is None
        if not is_open:
            message = "healthCheckNodePort needs externalTrafficPolicy: Local"
            yield here.wrong("K013", here.key("healthCheckNodePort"), message)


def _inside_only(here: Here, kind: str) -> Iterator[Violation]:
    """Demand nothing for the way from outside, where there is none."""
    if kind not in OUTSIDE:
        for port in here.items("ports"):
            if port.number("nodePort"):
                yield port.wrong(
                    "K013", "nodePort", f"a Service of type {kind} takes no nodePort", "write `type: NodePort`"
                )
        if here.is_given("externalTrafficPolicy") and here.is_empty("externalIPs"):
            message = f"a Service of type {kind} takes no externalTrafficPolicy"
            yield here.wrong("K013", here.key("externalTrafficPolicy"), message)
    if kind != "LoadBalancer":
        for name in BALANCED:
            if not here.is_empty(name):
                yield here.wrong("K013", here.key(name), f"a Service of type {kind} takes no {name}")


def _ports(here: Here) -> Iterator[Violation]:
    """Demand names of ports that are told apart, where there are several."""
    yield from _several(here, "Service")
    yield from _names(here)


def _several(here: Here, kind: str) -> Iterator[Violation]:
    ports = list(here.items("ports"))
    for port in ports:
        if len(ports) > 1 and not port.is_given("name"):
            yield port.lacking("K007", f"a port of a {kind} with several needs a name", "name")


def _names(here: Here) -> Iterator[Violation]:
    for port, name in here.repeated("ports", "name"):
        yield port.wrong("K007", "name", f"there are two ports named {name}")


def _ingress(here: Here) -> Iterator[Violation]:
    """Demand that the class is named in one way."""
    annotations, spec = here.inside("metadata", "annotations"), here.inside("spec")
    if annotations is not None and spec is not None and CLASS_ANNOTATION in annotations and "ingressClassName" in spec:
        message = f"the class is named twice: by ingressClassName, and by the annotation {CLASS_ANNOTATION}"
        yield annotations.wrong("K013", annotations.key(CLASS_ANNOTATION), message, "remove the annotation")


def _routes(here: Here) -> Iterator[Violation]:
    if here.is_empty("rules") and "defaultBackend" not in here:
        yield here.lacking("K005", "an Ingress needs rules, or a defaultBackend", "rules", "defaultBackend")


def _backend(here: Here) -> Iterator[Violation]:
    yield from one_of(here, ("service", "resource"), "a backend")
    resource = here.inside("resource")
    for name in REFERENCE if resource is not None else ():
        text = resource.text(name) if resource is not None else None
        unmet = REFERENCE[name].unmet(text) if text is not None else None
        if resource is not None and unmet is not None:
            yield resource.wrong("K009", name, f"`{name}` {unmet.must}", unmet.help)


def _backend_port(here: Here) -> Iterator[Violation]:
    port = here.inside("port")
    if port is None or not (port.is_given("name") or "number" in port):
        yield here.lacking("K005", "`port.name` or `port.number` is missing", "port")
    elif port.is_given("name") and "number" in port:
        yield port.wrong("K013", port.key("number"), "the port of a backend takes only one of name and number")


def _path(here: Here) -> Iterator[Violation]:
    kind, path = here.text("pathType"), here.text("path")
    if kind in ("Exact", "Prefix") and not here.is_given("path"):
        yield here.lacking("K005", f"`path` is missing, which the pathType {kind} needs", "path")
    if kind in ("Exact", "Prefix") and path and ("//" in path or {".", ".."} & {*path.split("/")}):
        yield here.wrong("K013", "path", "`path` must not have `//`, `.` or `..` in it")


def _scope(here: Here) -> Iterator[Violation]:
    """Demand a namespace of parameters that are in one."""
    scope = here.text("scope") if here.is_given("scope") else "Cluster"
    if scope == "Namespace" and not here.is_given("namespace"):
        yield here.lacking("K005", "`namespace` is missing, which the scope Namespace needs", "namespace")
    elif scope == "Cluster" and "namespace" in here:
        yield here.wrong("K013", here.key("namespace"), "the scope Cluster takes no namespace")


def _has_paths(here: Here) -> Iterator[Violation]:
    if here.is_empty("paths"):
        yield here.lacking("K005", "`paths` is missing", "paths")


def _peer(here: Here) -> Iterator[Violation]:
    given = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if name in here]
    if "ipBlock" in given and len(given) > 1:
        yield here.wrong("K013", here.key("ipBlock"), "ipBlock cannot be beside a selector", "make them two items")
    elif not given:
        yield here.lacking("K005", "a peer needs podSelector, namespaceSelector or ipBlock", "podSelector")


def _port_range(here: Here) -> Iterator[Violation]:
    first, last = here.known("port"), here.number("endPort")
    if last is None:
        return
    if isinstance(first, str) or "port" not in here:
        yield here.wrong("K013", "endPort", "endPort needs a port that is a number")
    elif first is not None and first > last:
        yield here.wrong("K013", "endPort", "endPort must not be less than port")


def _has_addresses(here: Here) -> Iterator[Violation]:
    if here.is_empty("addresses") and here.is_empty("notReadyAddresses"):
        yield here.lacking("K005", "`addresses` is missing", "addresses", "notReadyAddresses")
    yield from _several(here, "subset")


def _has_address(here: Here) -> Iterator[Violation]:
    addresses = [text for _, text in here.texts("addresses")]
    if here.is_empty("addresses"):
        yield here.lacking("K005", "`addresses` is missing", "addresses")
    elif len(set(addresses)) < len(addresses):
        yield here.wrong("K010", here.key("addresses"), "the same address is there twice")


def _of_type(here: Here) -> Iterator[Violation]:
    """Demand addresses of the type that is said, and names of ports that are told apart."""
    kind = here.text("addressType")
    for endpoint in here.items("endpoints"):
        for node, text in endpoint.texts("addresses"):
            is_right = (
                names.is_subdomain(text) and "." in text
                if kind == "FQDN"
                else names.is_ip(text) and ("." in text) == (kind == "IPv4")
            )
            if kind in ("IPv4", "IPv6", "FQDN") and not is_right:
                yield endpoint.wrong("K008", node, f"{text} is no address of type {kind}")
    yield from _names(here)
    if sum(not port.is_given("name") for port in here.items("ports")) > 1:
        yield here.wrong("K007", here.key("ports"), "only one port may have no name")


def _two_types(here: Here) -> Iterator[Violation]:
    if len(list(here.values("policyTypes"))) > 2:  # noqa: PLR2004 -- there are two
        yield here.wrong("K013", here.key("policyTypes"), "policyTypes has at most two")


ENDPOINT_PORT = {"port": values.PORT, "name": names.LABEL_NAME, "protocol": values.PROTOCOL}
CORE = {
    "Service": Facts(required=("spec",)),
    "ServiceSpec": Facts(
        fields={
            "type": values.enum("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
            "sessionAffinity": values.enum("None", "ClientIP"),
            "externalTrafficPolicy": REACH,
            "internalTrafficPolicy": values.given(REACH),
            "ipFamilyPolicy": values.given(values.enum("SingleStack", "PreferDualStack", "RequireDualStack")),
            "trafficDistribution": values.given(values.enum(*DISTRIBUTIONS)),
            "loadBalancerClass": values.given(names.QUALIFIED),
            "healthCheckNodePort": values.HOST_PORT,
            "ipFamilies": FAMILY,
            "clusterIP": values.CLUSTER_IP,
            "clusterIPs": values.CLUSTER_IP,
            "externalIPs": values.IP,
            "loadBalancerSourceRanges": values.CIDR,
            "externalName": names.SUBDOMAIN_NAME,
            "selector": names.LABEL_VALUE,
        },
        keys={"selector": names.LABEL_KEY},
        conditions=(_service, _ports, _addresses, _health),
    ),
    "ServicePort": Facts(
        fields={
            "protocol": values.PROTOCOL,
            "port": values.PORT,
            "nodePort": values.NODE_PORT,
            "targetPort": values.SERVICE_TARGET,
            "appProtocol": values.given(names.QUALIFIED),
            "name": names.LABEL_NAME,
        }
    ),
}
CORE["ClientIPConfig"] = Facts(fields={"timeoutSeconds": values.between(1, AFFINITY_MOST)})
CORE["EndpointAddress"] = Facts(fields={"ip": values.IP, "hostname": names.LABEL_NAME})
CORE["EndpointPort"] = Facts(fields=ENDPOINT_PORT)
CORE["EndpointSubset"] = Facts(conditions=(_has_addresses,))
DISCOVERY = {
    "EndpointSlice": Facts(
        fields={"addressType": values.enum("IPv4", "IPv6", "FQDN")}, conditions=(_of_type,), optional=("endpoints",)
    ),
    "Endpoint": Facts(fields={"hostname": values.given(names.LABEL_NAME)}, conditions=(_has_address,)),
    "EndpointPort": Facts(fields={"name": names.LABEL_NAME, "protocol": values.given(values.PROTOCOL)}),
}
NETWORKING = {
    "Ingress": Facts(required=("spec",), conditions=(_ingress,)),
    "IngressSpec": Facts(fields={"ingressClassName": values.given(names.SUBDOMAIN_NAME)}, conditions=(_routes,)),
    "IngressRule": Facts(fields={"host": names.HOST}),
    "IngressTLS": Facts(fields={"hosts": names.HOST, "secretName": names.SUBDOMAIN_NAME}),
    "HTTPIngressRuleValue": Facts(conditions=(_has_paths,)),
    "HTTPIngressPath": Facts(
        fields={"pathType": values.enum("Exact", "Prefix", "ImplementationSpecific"), "path": values.PATH},
        conditions=(_path,),
    ),
    "IngressBackend": Facts(conditions=(_backend,)),
    "IngressServiceBackend": Facts(fields={"name": names.OLD_LABEL_NAME}, conditions=(_backend_port,)),
    "ServiceBackendPort": Facts(fields={"number": values.PORT, "name": names.PORT_NAME}),
    "IngressClass": Facts(required=("spec",)),
    "IngressClassSpec": Facts(fields={"controller": names.DOMAIN_PATH}, required=("controller",)),
    "IngressClassParametersReference": Facts(
        fields={**REFERENCE, "scope": values.enum("Cluster", "Namespace"), "namespace": names.LABEL_NAME},
        conditions=(_scope,),
    ),
    "NetworkPolicySpec": Facts(
        fields={"policyTypes": values.enum("Ingress", "Egress")}, optional=("podSelector",), conditions=(_two_types,)
    ),
    "NetworkPolicyPeer": Facts(conditions=(_peer,)),
    "NetworkPolicyPort": Facts(
        fields={"protocol": values.given(values.PROTOCOL), "port": values.TARGET_PORT, "endPort": values.PORT},
        conditions=(_port_range,),
    ),
    "IPBlock": Facts(fields={"cidr": values.CIDR, "except": values.CIDR}),
}
