"""What the API server demands of containers. Source: pkg/apis/core/validation of Kubernetes."""

import re
from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.admission.quantity import parse
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation
from infra_tool.schema.words import listed

HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
LIFECYCLE = ("exec", "httpGet", "tcpSocket", "sleep")
SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
RESOURCES = {"cpu", "memory", "ephemeral-storage", "storage"}
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
    if str(here.known(name)).startswith("-"):
        yield here.wrong("K008", name, f"`{name}` must not be negative")


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
    if kind == "Localhost" and not here.is_given("localhostProfile"):
        yield here.lacking("K005", "`localhostProfile` is missing, which the type Localhost needs", "localhostProfile")
    elif kind not in (None, "Localhost") and "localhostProfile" in here:
        yield here.wrong("K013", here.key("localhostProfile"), f"localhostProfile is not for the type {kind}")


def _mount(here: Here) -> Iterator[Violation]:
    if here.is_given("subPath") and here.is_given("subPathExpr"):
        yield here.wrong("K013", here.key("subPathExpr"), "a mount takes only one of subPath and subPathExpr")
    if ":" in (here.text("mountPath") or ""):
        yield here.wrong("K013", "mountPath", "`mountPath` must not have a `:` in it")


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
    seen: set[str] = set()
    for port in here.items("ports"):
        name = port.text("name")
        if name and name in seen:
            yield port.wrong("K007", "name", f"there are two ports named {name}")
        seen.add(name or "")


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
        "terminationMessagePolicy": values.enum("File", "FallbackToLogsOnError"),
        "name": names.LABEL_NAME,
        "image": values.TRIMMED,
    },
    conditions=(_image, _once, _ports),
    optional=("name",),
)

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
    "ObjectFieldSelector": Facts(conditions=(_field,)),
    "ConfigMapKeySelector": Facts(fields={"key": names.KEY}),
    "SecretKeySelector": Facts(fields={"key": names.KEY}),
    "ResourceRequirements": Facts(conditions=(_resources,)),
    "Probe": Facts(
        fields=dict.fromkeys(
            ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"),
            values.NOT_NEGATIVE,
        ),
        conditions=(_probe,),
    ),
    "LifecycleHandler": Facts(conditions=(_handler,)),
    "HTTPGetAction": Facts(fields={"scheme": values.enum("HTTP", "HTTPS"), "port": values.TARGET_PORT}),
    "HTTPHeader": Facts(optional=("value",)),
    "TCPSocketAction": Facts(fields={"port": values.TARGET_PORT}),
    "GRPCAction": Facts(fields={"port": values.PORT}),
    "SecurityContext": Facts(
        fields={
            "procMount": values.enum("Default", "Unmasked"),
            "runAsUser": values.NOT_NEGATIVE,
            "runAsGroup": values.NOT_NEGATIVE,
        },
        conditions=(_security,),
    ),
    "SeccompProfile": Facts(
        fields={"type": values.enum("RuntimeDefault", "Unconfined", "Localhost")}, conditions=(_profile,)
    ),
    "AppArmorProfile": Facts(
        fields={"type": values.enum("RuntimeDefault", "Unconfined", "Localhost")}, conditions=(_profile,)
    ),
    "VolumeMount": Facts(
        fields={
            "mountPropagation": values.enum("None", "HostToContainer", "Bidirectional"),
            "recursiveReadOnly": values.enum("Disabled", "IfPossible", "Enabled"),
            "subPath": values.RELATIVE,
        },
        conditions=(_mount,),
    ),
}
