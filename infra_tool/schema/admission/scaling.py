"""What the API server demands of autoscalers. Source: pkg/apis/autoscaling/validation of Kubernetes."""

import re
from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.admission.quantity import parse
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

METRICS = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
TARGETS = {"Utilization": "averageUtilization", "Value": "value", "AverageValue": "averageValue"}
GROUP_VERSION = re.compile(r"[^/]+/[^/]+")
AMOUNTS = ("value", "averageValue")
HOUR = 3600
PERIOD_MOST = 1800


def _scales(here: Here) -> Iterator[Violation]:
    least, most = here.number("minReplicas"), here.number("maxReplicas")
    if least is not None and most is not None and least > most:
        yield here.wrong("K013", "minReplicas", f"minReplicas must not be more than maxReplicas ({most})")


def _asleep(here: Here) -> Iterator[Violation]:
    """Demand one pod at least, unless the API server lets all sleep."""
    if here.number("minReplicas") == 0:
        message = "minReplicas must be 1 or more, unless the cluster has the feature HPAScaleToZero"
        yield here.wrong("K013", "minReplicas", message)._replace(is_risky=True)


def _metric(here: Here) -> Iterator[Violation]:
    kind = here.text("type")
    field = METRICS.get(kind or "")
    if field is not None and field not in here:
        yield here.lacking("K005", f"`{field}` is missing, which a metric of type {kind} needs", field)
    for other in METRICS.values():
        if field is not None and other in here and other != field:
            yield here.wrong("K013", here.key(other), f"a metric of type {kind} takes no {other}")


def _target(here: Here) -> Iterator[Violation]:
    kind = here.text("type")
    field = TARGETS.get(kind or "")
    if field is not None and field not in here:
        yield here.lacking("K005", f"`{field}` is missing, which a target of type {kind} needs", field)
    for name in AMOUNTS:
        amount = parse(here.known(name))
        if amount is not None and amount <= 0:
            yield here.wrong("K008", name, f"`{name}` must be more than 0")


def _policies(here: Here) -> Iterator[Violation]:
    if "policies" in here and here.is_empty("policies"):
        yield here.lacking("K005", "`policies` is missing", "policies")


def _has_group(here: Here) -> Iterator[Violation]:
    """Demand the group of what is scaled; only ReplicationControllers are in none."""
    target = here.inside("scaleTargetRef")
    if target is None or target.text("kind") == "ReplicationController":
        return
    version = target.text("apiVersion")
    if not target.is_given("apiVersion"):
        yield target.lacking("K005", "`apiVersion` is missing", "apiVersion", help_="a Deployment's is apps/v1")
    elif version is not None and not GROUP_VERSION.fullmatch(version):
        message = f"the apiVersion of what is scaled must have a group and a version, not {version}"
        yield target.wrong("K013", "apiVersion", message, "a Deployment's is apps/v1")


def _container(here: Here) -> Iterator[Violation]:
    """Demand a resource that containers have."""
    name = here.text("name")
    if name and "/" in name and not names.is_qualified(name):
        yield here.wrong("K009", "name", f"`{name}` is no name of a resource")
    elif name and "/" not in name and name not in ("cpu", "memory", "ephemeral-storage"):
        yield here.wrong("K006", "name", f"there is no resource `{name}` of containers")


AUTOSCALING = {
    "HorizontalPodAutoscaler": Facts(required=("spec",)),
    "HorizontalPodAutoscalerSpec": Facts(
        fields={"minReplicas": values.NOT_NEGATIVE, "maxReplicas": values.POSITIVE},
        conditions=(_scales, _asleep, _has_group),
    ),
    "MetricSpec": Facts(fields={"type": values.enum(*METRICS)}, conditions=(_metric,)),
    "MetricTarget": Facts(
        fields={"type": values.enum(*TARGETS), "averageUtilization": values.POSITIVE}, conditions=(_target,)
    ),
    "MetricIdentifier": Facts(fields={"name": names.SEGMENT}),
    "CrossVersionObjectReference": Facts(fields={"kind": names.SEGMENT, "name": names.SEGMENT}),
    "ContainerResourceMetricSource": Facts(fields={"container": names.LABEL_NAME}, conditions=(_container,)),
    "HPAScalingPolicy": Facts(
        fields={
            "type": values.enum("Pods", "Percent"),
            "value": values.POSITIVE,
            "periodSeconds": values.between(1, PERIOD_MOST),
        }
    ),
    "HPAScalingRules": Facts(
        fields={
            "selectPolicy": values.given(values.enum("Max", "Min", "Disabled")),
            "stabilizationWindowSeconds": values.between(0, HOUR),
        },
        conditions=(_policies,),
    ),
}
AUTOSCALING_1 = {
    "HorizontalPodAutoscaler": Facts(required=("spec",)),
    "HorizontalPodAutoscalerSpec": Facts(
        fields={
            "minReplicas": values.NOT_NEGATIVE,
            "maxReplicas": values.POSITIVE,
            "targetCPUUtilizationPercentage": values.POSITIVE,
        },
        conditions=(_scales, _asleep, _has_group),
    ),
    "CrossVersionObjectReference": Facts(fields={"kind": names.SEGMENT, "name": names.SEGMENT}),
}
