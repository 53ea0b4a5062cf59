"""What the API server demands of pods. Source: pkg/apis/core/validation of Kubernetes."""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.containers import one_of
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.admission.quantity import parse
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

CONTAINERS = ("initContainers", "containers")
MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
FILE_TYPES = ("DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")
NOT_A_SOURCE = "name"


def _has_containers(here: Here) -> Iterator[Violation]:
    if here.is_empty("containers"):
        lacking = here.lacking("K014", "the pod has no containers", "containers")
        yield lacking._replace(node=here.key("containers"))


def _unique(here: Here) -> Iterator[Violation]:
    """Demand that no container is called as an initContainer is; the API server tells them apart by name alone."""
    seen = {container.text("name") for container in here.items("initContainers")}
    for container in here.items("containers"):
        name = container.text("name")
        if name and name in seen:
            yield container.wrong("K010", "name", f"an initContainer is named {name} too, beside the one")


def _init(here: Here) -> Iterator[Violation]:
    """Demand that what runs to its end before the others is not probed, unless it is a sidecar."""
    for container in here.items("initContainers"):
        if "restartPolicy" in container:
            continue
        for name in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
            if name in container:
                help_ = "remove it, or make the container a sidecar with restartPolicy: Always"
                yield container.wrong("K013", container.key(name), f"an initContainer takes no {name}", help_)


def _dns(here: Here) -> Iterator[Violation]:
    config = here.inside("dnsConfig")
    if here.text("dnsPolicy") == "None" and (config is None or config.is_empty("nameservers")):
        message = "dnsPolicy None needs dnsConfig.nameservers"
        yield here.wrong("K013", "dnsPolicy", message)


def _shared_processes(here: Here) -> Iterator[Violation]:
    if here.known("hostPID") is True and here.known("shareProcessNamespace") is True:
        yield here.wrong("K013", "shareProcessNamespace", "shareProcessNamespace cannot be true with hostPID")


def _host_ports(here: Here) -> Iterator[Violation]:
    """Demand that a pod on the node's network has its ports there, not elsewhere."""
    if here.known("hostNetwork") is not True:
        return
    for name in CONTAINERS:
        for container in here.items(name):
            for port in container.items("ports"):
                host = port.number("hostPort")
                if host not in (None, 0, port.number("containerPort")) and port.number("containerPort") is not None:
                    yield port.wrong("K013", "hostPort", "with hostNetwork, hostPort must be the containerPort")


def _volume(here: Here) -> Iterator[Violation]:
    """Demand one source; none means an emptyDir."""
    sources = tuple(name for name in here if name != NOT_A_SOURCE)
    yield from one_of(here, sources, f"volume {here.text('name') or ''}".strip(), needed=False)


def _toleration(here: Here) -> Iterator[Violation]:
    operator = here.text("operator") if here.is_given("operator") else "Equal"
    if operator == "Exists" and here.is_given("value"):
        yield here.wrong("K013", "value", "a toleration with operator Exists takes no value")
    if operator == "Equal" and not here.is_given("key"):
        yield here.lacking("K013", "a toleration without key needs operator Exists", "key")
    if "tolerationSeconds" in here and here.text("effect") not in (None, "NoExecute"):
        yield here.wrong("K013", "tolerationSeconds", "tolerationSeconds is for the effect NoExecute only")


def requirement(here: Here) -> Iterator[Violation]:
    """Demand values of a selector's expression where its operator compares with some, and none where not."""
    operator = here.text("operator")
    if operator in ("In", "NotIn") and here.is_empty("values"):
        yield here.lacking("K013", f"operator {operator} needs values", "values")
    elif operator in ("Exists", "DoesNotExist") and not here.is_empty("values"):
        yield here.wrong("K013", here.key("values"), f"operator {operator} takes no values")


def _is_positive(here: Here) -> Iterator[Violation]:
    """Demand a volume that has a size."""
    requests = here.inside("requests")
    if requests is None or not requests.is_given("storage"):
        yield here.lacking("K005", "`requests.storage` is missing", "storage")
        return
    size = parse(requests.known("storage"))
    if size is not None and size <= 0:
        yield requests.wrong("K008", "storage", "`storage` must be more than 0")


def _claim(here: Here) -> Iterator[Violation]:
    if here.is_empty("accessModes"):
        yield here.lacking("K005", "`accessModes` is missing", "accessModes")
    modes = {text for _, text in here.texts("accessModes")}
    if "ReadWriteOncePod" in modes and len(modes) > 1:
        yield here.wrong("K013", "accessModes", "ReadWriteOncePod cannot be with other accessModes")
    if here.inside("resources") is None:
        yield here.lacking("K005", "`resources.requests.storage` is missing", "storage")


def _persistent(here: Here) -> Iterator[Violation]:
    capacity = here.inside("capacity")
    if capacity is None or not capacity.is_given("storage"):
        yield here.lacking("K005", "`capacity.storage` is missing", "storage")
    if here.is_empty("accessModes"):
        yield here.lacking("K005", "`accessModes` is missing", "accessModes")


POD_FIELDS = {
    "restartPolicy": values.enum("Always", "OnFailure", "Never"),
    "dnsPolicy": values.enum("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "preemptionPolicy": values.enum("PreemptLowerPriority", "Never"),
    "activeDeadlineSeconds": values.POSITIVE,
    "terminationGracePeriodSeconds": values.NOT_NEGATIVE,
    "serviceAccountName": names.SUBDOMAIN_NAME,
    "priorityClassName": names.SUBDOMAIN_NAME,
    "runtimeClassName": names.SUBDOMAIN_NAME,
    "nodeName": names.SUBDOMAIN_NAME,
    "hostname": names.LABEL_NAME,
    "subdomain": names.LABEL_NAME,
    "nodeSelector": names.LABEL_VALUE,
}
CLAIM_FIELDS = {
    "accessModes": values.enum(*MODES),
    "volumeMode": values.enum("Filesystem", "Block"),
    "storageClassName": names.SUBDOMAIN_NAME,
}

FACTS = {
    "PodSpec": Facts(
        fields=POD_FIELDS,
        keys={"nodeSelector": names.LABEL_KEY},
        conditions=(_has_containers, _unique, _init, _dns, _shared_processes, _host_ports),
        optional=("containers",),
    ),
    "PodOS": Facts(fields={"name": values.enum("linux", "windows")}),
    "PodDNSConfig": Facts(fields={"nameservers": values.IP}),
    "HostAlias": Facts(fields={"ip": values.IP, "hostnames": names.SUBDOMAIN_NAME}),
    "PodSecurityContext": Facts(
        fields={
            "fsGroupChangePolicy": values.enum("OnRootMismatch", "Always"),
            "supplementalGroupsPolicy": values.enum("Merge", "Strict"),
            "seLinuxChangePolicy": values.enum("Recursive", "MountOption"),
            **dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup", "supplementalGroups"), values.NOT_NEGATIVE),
        }
    ),
    "Sysctl": Facts(optional=("value",)),
    "Toleration": Facts(
        fields={
            "operator": values.enum("Exists", "Equal", "Lt", "Gt"),
            "effect": values.enum("NoSchedule", "PreferNoSchedule", "NoExecute"),
            "key": names.LABEL_KEY,
        },
        conditions=(_toleration,),
    ),
    "Taint": Facts(fields={"effect": values.enum("NoSchedule", "PreferNoSchedule", "NoExecute")}),
    "NodeSelectorRequirement": Facts(
        fields={
            "operator": values.enum("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
            "key": names.LABEL_KEY,
        },
        conditions=(requirement,),
    ),
    "PreferredSchedulingTerm": Facts(fields={"weight": values.between(1, 100)}, optional=("preference",)),
    "WeightedPodAffinityTerm": Facts(fields={"weight": values.between(1, 100)}),
    "PodAffinityTerm": Facts(fields={"topologyKey": names.LABEL_KEY, "namespaces": names.LABEL_NAME}),
    "TopologySpreadConstraint": Facts(
        fields={
            "whenUnsatisfiable": values.enum("DoNotSchedule", "ScheduleAnyway"),
            "nodeAffinityPolicy": values.enum("Honor", "Ignore"),
            "nodeTaintsPolicy": values.enum("Honor", "Ignore"),
            "maxSkew": values.POSITIVE,
            "topologyKey": names.LABEL_KEY,
        }
    ),
    "Volume": Facts(fields={"name": names.LABEL_NAME}, conditions=(_volume,)),
    "HostPathVolumeSource": Facts(fields={"type": values.enum(*FILE_TYPES)}),
    "KeyToPath": Facts(fields={"key": names.KEY, "path": values.RELATIVE, "mode": values.MODE}),
    **dict.fromkeys(
        ("ConfigMapVolumeSource", "SecretVolumeSource", "ProjectedVolumeSource", "DownwardAPIVolumeSource"),
        Facts(fields={"defaultMode": values.MODE}),
    ),
    "PersistentVolumeClaimSpec": Facts(fields=CLAIM_FIELDS, conditions=(_claim,)),
    "VolumeResourceRequirements": Facts(conditions=(_is_positive,)),
    "PersistentVolumeClaim": Facts(required=("spec",)),
    "PersistentVolume": Facts(required=("spec",)),
    "PersistentVolumeSpec": Facts(
        fields={**CLAIM_FIELDS, "persistentVolumeReclaimPolicy": values.enum("Retain", "Delete", "Recycle")},
        conditions=(_persistent,),
    ),
    "Pod": Facts(required=("spec",)),
}
