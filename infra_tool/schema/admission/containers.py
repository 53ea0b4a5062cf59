"""What the API server demands of containers. Source: pkg/apis/core/validation of Kubernetes."""

import re
from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.admission.quantity import parse
from infra_tool.schema.demand import Demand, Unmet, Value
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation
from infra_tool.schema.words import listed

HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
LIFECYCLE = ("exec", "httpGet", "tcpSocket", "sleep")
SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
RESOURCES = {"cpu", "memory", "ephemeral-storage", "storage"}
CPU_DIVISORS = ("1m", "1")
SIZES = ("1", *(f"1{unit}" for unit in ("k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")))
OF_RESOURCE = tuple(
    f"{side}.{name}" for side in ("limits", "requests") for name in ("cpu", "memory", "ephemeral-storage")
)
FIELD_PATH = re.compile(
    r"metadata\.(name|namespace|uid)|metadata\.(labels|annotations)\['[^']+'\]"
    r"|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?)"
)
WHOLE = re.compile(r"metadata\.(labels|annotations)")


def one_of(here: Here, fields: tuple[str, ...], what: str, *, needed: bool = True) -> Iterator[Violation]:
    """Demand that exactly one of some fields is given (or none, where none is `needed`)."""
    given = [name for name in fields if name in here]
    if len(given) > 1:
        yield here.wrong("K013", here.key(given[1]), f"{what} takes only one of {listed(given)}", "remove one of them")
    elif needed and not given:
        some = listed(fields).replace(" and ", " or ")
        yield here.lacking("K005", f"{what} needs one of {some}", *fields)


def _probe(here: Here) -> Iterator[Violation]:
    yield from one_of(here, HANDLERS, "a probe")


def _handler(here: Here) -> Iterator[Violation]:
    yield from one_of(here, LIFECYCLE, "a lifecycle hook")


def _command(here: Here) -> Iterator[Violation]:
    if here.is_empty("command"):
        yield here.lacking("K005", "`command` is missing", "command")


def _variable(here: Here) -> Iterator[Violation]:
    if "valueFrom" in here and here.is_given("value"):
        message = f"variable {here.text('name') or ''} has both value and valueFrom"
        yield here.wrong("K013", here.key("valueFrom"), message, "remove one of them")


def _variable_source(here: Here) -> Iterator[Violation]:
    yield from one_of(here, SOURCES, "valueFrom")


def _variables(here: Here) -> Iterator[Violation]:
    yield from one_of(here, ("configMapRef", "secretRef"), "an item of envFrom")


def _resources(here: Here) -> Iterator[Violation]:
    limits, requests = here.inside("limits"), here.inside("requests")
    for side in (limits, requests):
        for name in side or ():
            yield from _resource(side, name) if side is not None else ()
    yield from _reserved(requests, limits)
    for name in requests or ():
        least = parse(requests.known(name)) if requests is not None else None
        most = parse(limits.known(name)) if limits is not None else None
        if requests is not None and least is not None and most is not None and least > most:
            message = f"{name} request {requests.known(name)} is more than the limit {limits and limits.known(name)}"
            yield requests.wrong("K013", name, message, "raise the limit, or lower the request")


def _resource(here: Here, name: str) -> Iterator[Violation]:
    """Demand a resource that exists, of which there cannot be less than nothing."""
    if name not in RESOURCES and "/" not in name and not name.startswith("hugepages-") and "$" not in name:
        help_ = "cpu, memory and ephemeral-storage are; others have a domain before a `/`"
        yield here.wrong("K006", here.key(name), f"there is no resource `{name}`", help_)
    number = parse(here.known(name))
    if str(here.known(name)).startswith("-"):
        yield here.wrong("K008", name, f"`{name}` must not be negative")
    elif number is not None and "/" in name and number != int(number):
        yield here.wrong("K008", name, f"`{name}` must be an integer, as what is not shared is counted")


def _reserved(requests: Here | None, limits: Here | None) -> Iterator[Violation]:
    """Demand of what cannot be given to two at once that as much is asked for as is allowed."""
    for name in requests or ():
        if requests is None or not ("/" in name or name.startswith("hugepages-")) or name.startswith("kubernetes.io/"):
            continue
        asked, most = parse(requests.known(name)), parse(limits.known(name)) if limits is not None else None
        if limits is None or name not in limits:
            yield requests.wrong("K013", requests.key(name), f"a request of {name} needs a limit that is the same")
        elif asked is not None and most is not None and asked < most:
            yield requests.wrong("K013", name, f"the request of {name} must be the same as its limit")


def _security(here: Here) -> Iterator[Violation]:
    if here.known("allowPrivilegeEscalation") is not False:
        return
    capabilities = here.inside("capabilities")
    added = {text for _, text in capabilities.texts("add")} if capabilities is not None else set()
    for reason in ("privileged",) if here.known("privileged") is True else ():
        yield _escalates(here, reason)
    for reason in sorted(added & {"SYS_ADMIN", "CAP_SYS_ADMIN"}):
        yield _escalates(here, f"the capability {reason}")


def _escalates(here: Here, reason: str) -> Violation:
    message = f"allowPrivilegeEscalation cannot be false with {reason}"
    return here.wrong("K013", "allowPrivilegeEscalation", message, "remove one of them")


def _profile(here: Here) -> Iterator[Violation]:
    kind = here.text("type")
    if kind == "Localhost" and "localhostProfile" not in here:
        yield here.lacking("K005", "`localhostProfile` is missing, which the type Localhost needs", "localhostProfile")
    elif kind not in (None, "Localhost") and "localhostProfile" in here:
        yield here.wrong("K013", here.key("localhostProfile"), f"localhostProfile is not for the type {kind}")


def _mount(here: Here) -> Iterator[Violation]:
    if here.is_given("subPath") and here.is_given("subPathExpr"):
        yield here.wrong("K013", here.key("subPathExpr"), "a mount takes only one of subPath and subPathExpr")
    if ":" in (here.text("mountPath") or ""):
        yield here.wrong("K013", "mountPath", "`mountPath` must not have a `:` in it")._replace(is_risky=True)


def _once(here: Here) -> Iterator[Violation]:
    """Demand a probe that makes sense for a container that is to live: it passes when it passed once."""
    for name in ("livenessProbe", "startupProbe"):
        probe = here.inside(name)
        if probe is not None and (probe.number("successThreshold") or 1) > 1:
            yield probe.wrong("K013", "successThreshold", f"successThreshold must be 1 for a {name}")
    readiness = here.inside("readinessProbe")
    if readiness is not None and "terminationGracePeriodSeconds" in readiness:
        message = "terminationGracePeriodSeconds is not for a readinessProbe"
        yield readiness.wrong("K013", readiness.key("terminationGracePeriodSeconds"), message)


def _ports(here: Here) -> Iterator[Violation]:
    """Demand names of ports that are told apart."""
    for port, name in here.repeated("ports", "name"):
        yield port.wrong("K007", "name", f"there are two ports named {name}")


def _resizes(here: Here) -> Iterator[Violation]:
    for policy, name in here.repeated("resizePolicy", "resourceName"):
        yield policy.wrong("K010", "resourceName", f"there are two policies for {name}")


def _divided(here: Here) -> Iterator[Violation]:
    """Demand a part of a resource that it can be told in."""
    resource, divisor = here.text("resource") or "", here.known("divisor")
    if resource not in OF_RESOURCE or divisor is None or parse(divisor) in (None, 0):
        return
    known = CPU_DIVISORS if resource.endswith(".cpu") else SIZES
    if parse(divisor) not in {parse(one) for one in known}:
        yield here.wrong("K006", "divisor", f"{resource} is told in {listed(known).replace(' and ', ' or ')}")


def _resource_field(value: Value) -> Unmet | None:
    text = str(value)
    is_known = text in OF_RESOURCE or text.startswith(("limits.hugepages-", "requests.hugepages-"))
    return None if is_known else Unmet(f"must be {listed(OF_RESOURCE).replace(' and ', ' or ')}")


def _field(here: Here) -> Iterator[Violation]:
    path = here.text("fieldPath")
    if path is not None and not FIELD_PATH.fullmatch(path) and not WHOLE.fullmatch(path):
        help_ = "such as metadata.name, metadata.labels['app'], spec.nodeName or status.podIP"
        yield here.wrong("K006", "fieldPath", f"{path} is no field of a pod that can be passed on", help_)


def _image(here: Here) -> Iterator[Violation]:
    """Demand a name and an image; kustomize cannot add them but by a patch."""
    for name in ("name", "image"):
        if not here.is_given(name):
            yield here.lacking("K014", f"the container has no {name}", name)


CONTAINER = Facts(
    fields={
        "imagePullPolicy": values.enum("Always", "IfNotPresent", "Never"),
        "restartPolicy": values.given(values.enum("Always", "OnFailure", "Never")),
        "terminationMessagePolicy": values.enum("File", "FallbackToLogsOnError"),
        "name": names.LABEL_NAME,
        "image": values.TRIMMED,
    },
    conditions=(_image, _once, _ports, _resizes),
    optional=("name",),
)

PROFILES = values.enum("RuntimeDefault", "Unconfined", "Localhost")

FACTS = {
    "Container": CONTAINER,
    "ContainerPort": Facts(
        fields={
            "protocol": values.PROTOCOL,
            "containerPort": values.PORT,
            "hostPort": values.HOST_PORT,
            "name": names.PORT_NAME,
        }
    ),
    "ContainerResizePolicy": Facts(
        fields={
            "resourceName": values.enum("cpu", "memory"),
            "restartPolicy": values.enum("NotRequired", "RestartContainer"),
        }
    ),
    "EnvVar": Facts(fields={"name": names.ENVIRONMENT}, conditions=(_variable,)),
    "EnvVarSource": Facts(conditions=(_variable_source,)),
    "EnvFromSource": Facts(conditions=(_variables,)),
    "ObjectFieldSelector": Facts(fields={"apiVersion": values.enum("v1")}, conditions=(_field,)),
    "ExecAction": Facts(conditions=(_command,)),
    "SleepAction": Facts(fields={"seconds": values.NOT_NEGATIVE}, optional=("seconds",)),
    **dict.fromkeys(
        ("ConfigMapKeySelector", "SecretKeySelector"),
        Facts(fields={"key": names.KEY, "name": names.SUBDOMAIN_NAME}, required=("name",)),
    ),
    **dict.fromkeys(
        ("ConfigMapEnvSource", "SecretEnvSource"), Facts(fields={"name": names.SUBDOMAIN_NAME}, required=("name",))
    ),
    "ResourceFieldSelector": Facts(fields={"resource": Demand("K006", _resource_field)}, conditions=(_divided,)),
    "ResourceRequirements": Facts(conditions=(_resources,)),
    "Probe": Facts(
        fields=dict.fromkeys(
            ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"),
            values.NOT_NEGATIVE,
        )
        | {"terminationGracePeriodSeconds": values.POSITIVE},
        conditions=(_probe,),
    ),
    "LifecycleHandler": Facts(conditions=(_handler,)),
    "HTTPGetAction": Facts(fields={"scheme": values.enum("HTTP", "HTTPS"), "port": values.TARGET_PORT}),
    "HTTPHeader": Facts(fields={"name": values.HEADER_NAME}, optional=("value",)),
    "TCPSocketAction": Facts(fields={"port": values.TARGET_PORT}),
    "GRPCAction": Facts(fields={"port": values.PORT}),
    "SecurityContext": Facts(
        fields={
            "procMount": values.given(values.enum("Default", "Unmasked")),
            "runAsUser": values.ID,
            "runAsGroup": values.ID,
        },
        conditions=(_security,),
    ),
    "SeccompProfile": Facts(
        fields={"type": PROFILES, "localhostProfile": values.RELATIVE},
        conditions=(_profile,),
    ),
    "AppArmorProfile": Facts(fields={"type": PROFILES}, conditions=(_profile,)),
    "VolumeDevice": Facts(fields={"devicePath": values.NO_BACKSTEPS}),
    "VolumeMount": Facts(
        fields={
            "mountPropagation": values.given(values.enum("None", "HostToContainer", "Bidirectional")),
            "recursiveReadOnly": values.given(values.enum("Disabled", "IfPossible", "Enabled")),
            "subPath": values.RELATIVE,
            "subPathExpr": values.RELATIVE,
        },
        conditions=(_mount,),
    ),
}
