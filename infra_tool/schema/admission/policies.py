"""What the API server demands of roles, scaling, disruption budgets, storage classes and what extends it.

Source: pkg/apis/{rbac,autoscaling,policy,storage,admissionregistration,apiextensions}/validation of Kubernetes.
"""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

RBAC_GROUP = "rbac.authorization.k8s.io"
METRICS = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
TARGETS = {"Utilization": "averageUtilization", "Value": "value", "AverageValue": "averageValue"}


def _rule(here: Here) -> Iterator[Violation]:
    if here.is_empty("verbs"):
        yield here.lacking("K005", "`verbs` is missing", "verbs")
    if not here.is_empty("nonResourceURLs"):
        return
    for name in ("apiGroups", "resources"):
        if here.is_empty(name):
            help_ = 'the core group is apiGroups: [""]' if name == "apiGroups" else None
            yield here.lacking("K005", f"`{name}` is missing", name, help_=help_)


def _accounts(here: Here) -> Iterator[Violation]:
    """Demand of each ServiceAccount in which namespace it is."""
    for subject in here.items("subjects"):
        if subject.text("kind") == "ServiceAccount" and not subject.is_given("namespace"):
            yield subject.lacking("K005", "`namespace` is missing, which a ServiceAccount needs", "namespace")


def _groups(here: Here) -> Iterator[Violation]:
    for subject in here.items("subjects"):
        kind, group = subject.text("kind"), subject.text("apiGroup")
        if kind == "ServiceAccount" and group:
            yield subject.wrong("K013", "apiGroup", 'the apiGroup of a ServiceAccount is ""', "remove the line")
        if kind in ("User", "Group") and group not in (None, "", RBAC_GROUP):
            yield subject.wrong("K013", "apiGroup", f"the apiGroup of a {kind} is {RBAC_GROUP}", "remove the line")


def _scales(here: Here) -> Iterator[Violation]:
    least, most = here.number("minReplicas"), here.number("maxReplicas")
    if least is not None and most is not None and least > most:
        yield here.wrong("K013", "minReplicas", f"minReplicas must not be more than maxReplicas ({most})")


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


def _budget(here: Here) -> Iterator[Violation]:
    if "minAvailable" in here and "maxUnavailable" in here:
        message = "a disruption budget takes only one of minAvailable and maxUnavailable"
        yield here.wrong("K013", here.key("maxUnavailable"), message, "remove one of them")


def _definition(here: Here) -> Iterator[Violation]:
    """Demand the one name that a definition can have, and the one version that is stored."""
    metadata, spec = here.inside("metadata"), here.inside("spec")
    plural = spec.inside("names") if spec is not None else None
    if metadata is None or spec is None or plural is None:
        return
    name, parts = metadata.text("name"), (plural.text("plural"), spec.text("group"))
    if name and all(parts) and name != f"{parts[0]}.{parts[1]}":
        yield metadata.wrong("K009", "name", f"the name of this definition must be {parts[0]}.{parts[1]}")
    stored = [version for version in spec.items("versions") if version.known("storage") is True]
    if len(stored) != 1 and not spec.is_empty("versions") and all("storage" in one for one in spec.items("versions")):
        yield spec.wrong(
            "K013", spec.key("versions"), f"one version must have storage: true, not {len(stored) or 'none'}"
        )


SHARE = {"minAvailable": values.SHARE, "maxUnavailable": values.SHARE}

RBAC = {
    "PolicyRule": Facts(conditions=(_rule,), optional=("verbs",)),
    "RoleRef": Facts(
        fields={"kind": values.enum("Role", "ClusterRole"), "apiGroup": values.enum(RBAC_GROUP)}, optional=("apiGroup",)
    ),
    "Subject": Facts(fields={"kind": values.enum("User", "Group", "ServiceAccount")}),
    "RoleBinding": Facts(conditions=(_groups,)),
    "ClusterRoleBinding": Facts(conditions=(_groups, _accounts)),
    "Role": Facts(optional=("rules",)),
    "ClusterRole": Facts(optional=("rules",)),
}
AUTOSCALING = {
    "HorizontalPodAutoscaler": Facts(required=("spec",)),
    "HorizontalPodAutoscalerSpec": Facts(
        fields={"minReplicas": values.POSITIVE._replace(is_risky=True), "maxReplicas": values.POSITIVE},
        conditions=(_scales,),
    ),
    "MetricSpec": Facts(fields={"type": values.enum(*METRICS)}, conditions=(_metric,)),
    "MetricTarget": Facts(fields={"type": values.enum(*TARGETS)}, conditions=(_target,)),
    "HPAScalingPolicy": Facts(fields={"type": values.enum("Pods", "Percent")}),
    "HPAScalingRules": Facts(fields={"selectPolicy": values.enum("Max", "Min", "Disabled")}),
}
POLICY = {
    "PodDisruptionBudgetSpec": Facts(
        fields={**SHARE, "unhealthyPodEvictionPolicy": values.enum("IfHealthyBudget", "AlwaysAllow")},
        conditions=(_budget,),
    ),
}
STORAGE = {
    "StorageClass": Facts(
        fields={
            "volumeBindingMode": values.enum("Immediate", "WaitForFirstConsumer"),
            "reclaimPolicy": values.enum("Delete", "Retain"),
        }
    ),
}
SCHEDULING = {
    "PriorityClass": Facts(
        fields={"preemptionPolicy": values.enum("PreemptLowerPriority", "Never")}, optional=("value",)
    ),
}
WEBHOOK = {
    "failurePolicy": values.enum("Ignore", "Fail"),
    "matchPolicy": values.enum("Exact", "Equivalent"),
    "sideEffects": values.enum("None", "NoneOnDryRun"),
    "timeoutSeconds": values.between(1, 30),
}
ADMISSION = {
    "MutatingWebhook": Facts(fields={**WEBHOOK, "reinvocationPolicy": values.enum("Never", "IfNeeded")}),
    "ValidatingWebhook": Facts(fields=WEBHOOK),
    "RuleWithOperations": Facts(
        fields={
            "operations": values.enum("*", "CREATE", "UPDATE", "DELETE", "CONNECT"),
            "scope": values.enum("*", "Cluster", "Namespaced"),
        }
    ),
}
EXTENSIONS = {
    "CustomResourceDefinition": Facts(conditions=(_definition,)),
    "CustomResourceDefinitionSpec": Facts(fields={"scope": values.enum("Cluster", "Namespaced")}),
    "CustomResourceDefinitionVersion": Facts(fields={"name": names.LABEL_NAME}, optional=("served", "storage")),
    "CustomResourceConversion": Facts(fields={"strategy": values.enum("None", "Webhook")}),
}
