"""What the API server demands of pods. Source: pkg/apis/core/validation of Kubernetes."""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

CONTAINERS = ("initContainers", "containers")
GRACE = 30
"""Seconds that a pod has to end, when it does not say how many."""


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


def _toleration(here: Here) -> Iterator[Violation]:
    operator = here.text("operator") if here.is_given("operator") else "Equal"
    if operator == "Exists" and here.is_given("value"):
        yield here.wrong("K013", "value", "a toleration with operator Exists takes no value")
    if operator == "Equal" and not here.is_given("key"):
        yield here.lacking("K013", "a toleration without key needs operator Exists", "key")
    if "tolerationSeconds" in here and (not here.is_given("effect") or here.text("effect") not in (None, "NoExecute")):
        yield here.wrong("K013", "tolerationSeconds", "tolerationSeconds is for the effect NoExecute only")


def _sleeps(here: Here) -> Iterator[Violation]:
    """Demand that a container does not sleep longer than its pod has to end."""
    grace = here.number("terminationGracePeriodSeconds") if "terminationGracePeriodSeconds" in here else GRACE
    for container in (one for name in CONTAINERS for one in here.items(name)):
        for hook in ("preStop", "postStart"):
            sleep = container.inside("lifecycle", hook, "sleep")
            seconds = sleep.number("seconds") if sleep is not None else None
            if sleep is not None and seconds is not None and grace is not None and seconds > grace:
                yield sleep.wrong("K013", "seconds", f"a {hook} of {seconds} s takes longer than the {grace} s to end")


def _settings(here: Here) -> Iterator[Violation]:
    for setting, name in here.repeated("sysctls", "name"):
        yield setting.wrong("K010", "name", f"{name} is set twice")


def _spread(here: Here) -> Iterator[Violation]:
    if not here.is_empty("matchLabelKeys") and "labelSelector" not in here:
        yield here.wrong("K013", here.key("matchLabelKeys"), "matchLabelKeys needs a labelSelector")
    if "minDomains" in here and here.text("whenUnsatisfiable") == "ScheduleAnyway":
        yield here.wrong("K013", here.key("minDomains"), "minDomains is for whenUnsatisfiable: DoNotSchedule only")


POD_FIELDS = {
    "restartPolicy": values.enum("Always", "OnFailure", "Never"),
    "dnsPolicy": values.enum("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "preemptionPolicy": values.given(values.enum("PreemptLowerPriority", "Never")),
    "activeDeadlineSeconds": values.between(1, 2**31 - 1),
    "terminationGracePeriodSeconds": values.NOT_NEGATIVE,
    "serviceAccountName": names.SUBDOMAIN_NAME,
    "priorityClassName": names.SUBDOMAIN_NAME,
    "runtimeClassName": values.given(names.SUBDOMAIN_NAME),
    "nodeName": names.SUBDOMAIN_NAME,
    "hostname": names.LABEL_NAME,
    "subdomain": names.LABEL_NAME,
    "nodeSelector": names.LABEL_VALUE,
}
FACTS = {
    "PodSpec": Facts(
        fields=POD_FIELDS,
        keys={"nodeSelector": names.LABEL_KEY},
        conditions=(_has_containers, _unique, _init, _dns, _shared_processes, _host_ports, _sleeps),
        optional=("containers",),
    ),
    "PodOS": Facts(fields={"name": values.enum("linux", "windows")}),
    "PodDNSConfig": Facts(fields={"nameservers": values.IP, "searches": names.SEARCHED}),
    "PodDNSConfigOption": Facts(required=("name",)),
    "PodReadinessGate": Facts(fields={"conditionType": names.QUALIFIED}),
    "HostAlias": Facts(fields={"ip": values.IP, "hostnames": names.SUBDOMAIN_NAME}),
    "PodSecurityContext": Facts(
        fields={
            "fsGroupChangePolicy": values.given(values.enum("OnRootMismatch", "Always")),
            "supplementalGroupsPolicy": values.given(values.enum("Merge", "Strict")),
            "seLinuxChangePolicy": values.given(values.enum("Recursive", "MountOption")),
            **dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup", "supplementalGroups"), values.ID),
        },
        conditions=(_settings,),
    ),
    "Sysctl": Facts(fields={"name": names.SYSCTL_NAME}, optional=("value",)),
    "Toleration": Facts(
        fields={
            "operator": values.enum("Exists", "Equal", "Lt", "Gt"),
            "effect": values.enum("NoSchedule", "PreferNoSchedule", "NoExecute"),
            "key": names.LABEL_KEY,
            "value": names.LABEL_VALUE,
        },
        conditions=(_toleration,),
    ),
    "Taint": Facts(fields={"effect": values.enum("NoSchedule", "PreferNoSchedule", "NoExecute")}),
    "PreferredSchedulingTerm": Facts(fields={"weight": values.between(1, 100)}, optional=("preference",)),
    "WeightedPodAffinityTerm": Facts(fields={"weight": values.between(1, 100)}),
    "PodAffinityTerm": Facts(fields={"topologyKey": names.LABEL_KEY, "namespaces": names.LABEL_NAME}),
    "TopologySpreadConstraint": Facts(
        fields={
            "whenUnsatisfiable": values.enum("DoNotSchedule", "ScheduleAnyway"),
            "nodeAffinityPolicy": values.given(values.enum("Honor", "Ignore")),
            "nodeTaintsPolicy": values.given(values.enum("Honor", "Ignore")),
            "maxSkew": values.POSITIVE,
            "minDomains": values.POSITIVE,
            "topologyKey": values.risky(names.LABEL_KEY),
            "matchLabelKeys": names.LABEL_KEY,
        },
        conditions=(_spread,),
    ),
    "Pod": Facts(required=("spec",)),
}
