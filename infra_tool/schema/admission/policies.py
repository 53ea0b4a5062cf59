"""What the API server demands of roles, disruption budgets, classes of storage, of priority and of runtimes.

Source: pkg/apis/{rbac,policy,storage,scheduling,node}/validation of Kubernetes.
"""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

HIGHEST = 1_000_000_000
"""The most that a PriorityClass may say; what is above belongs to the cluster itself."""

RBAC_GROUP = "rbac.authorization.k8s.io"


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


def _account(here: Here) -> Iterator[Violation]:
    """Demand a name that a ServiceAccount can have."""
    unmet = names.subdomain(here.text("name") or "") if here.text("name") else None
    if here.text("kind") == "ServiceAccount" and unmet is not None:
        yield here.wrong("K009", "name", f"the name of a ServiceAccount {unmet.must}", unmet.help)


def _aggregates(here: Here) -> Iterator[Violation]:
    if here.is_empty("clusterRoleSelectors"):
        yield here.lacking("K005", "`clusterRoleSelectors` is missing", "clusterRoleSelectors")


def _groups(here: Here) -> Iterator[Violation]:
    for subject in here.items("subjects"):
        kind, group = subject.text("kind"), subject.text("apiGroup")
        if kind == "ServiceAccount" and group:
            yield subject.wrong("K013", "apiGroup", 'the apiGroup of a ServiceAccount is ""', "remove the line")
        if kind in ("User", "Group") and group not in (None, "", RBAC_GROUP):
            yield subject.wrong("K013", "apiGroup", f"the apiGroup of a {kind} is {RBAC_GROUP}", "remove the line")


def _different(here: Here) -> Iterator[Violation]:
    values_ = [text for _, text in here.texts("values")]
    if here.is_empty("values"):
        yield here.lacking("K005", "`values` is missing", "values")
    elif len(set(values_)) < len(values_):
        yield here.wrong("K010", here.key("values"), "the same value is there twice")


def _budget(here: Here) -> Iterator[Violation]:
    if "minAvailable" in here and "maxUnavailable" in here:
        message = "a disruption budget takes only one of minAvailable and maxUnavailable"
        yield here.wrong("K013", here.key("maxUnavailable"), message, "remove one of them")


SHARE = {"minAvailable": values.SHARE, "maxUnavailable": values.SHARE}

RBAC = {
    "PolicyRule": Facts(conditions=(_rule,), optional=("verbs",)),
    "RoleRef": Facts(
        fields={
            "kind": values.enum("Role", "ClusterRole"),
            "apiGroup": values.enum(RBAC_GROUP),
            "name": names.SEGMENT,
        },
        optional=("apiGroup",),
    ),
    "Subject": Facts(fields={"kind": values.enum("User", "Group", "ServiceAccount")}, conditions=(_account,)),
    "AggregationRule": Facts(conditions=(_aggregates,)),
    "RoleBinding": Facts(conditions=(_groups,)),
    "ClusterRoleBinding": Facts(conditions=(_groups, _accounts)),
    "Role": Facts(optional=("rules",)),
    "ClusterRole": Facts(optional=("rules",)),
}
POLICY = {
    "PodDisruptionBudgetSpec": Facts(
        fields={**SHARE, "unhealthyPodEvictionPolicy": values.given(values.enum("IfHealthyBudget", "AlwaysAllow"))},
        conditions=(_budget,),
    ),
}
STORAGE = {
    "StorageClass": Facts(
        fields={
            "volumeBindingMode": values.given(values.enum("Immediate", "WaitForFirstConsumer")),
            "reclaimPolicy": values.enum("Delete", "Retain"),
            "provisioner": names.ANNOTATION_KEY,
        }
    ),
}
TOPOLOGY = {
    "TopologySelectorLabelRequirement": Facts(fields={"key": names.LABEL_KEY}, conditions=(_different,)),
}
LEASE = {
    "LeaseSpec": Facts(
        fields={"leaseDurationSeconds": values.POSITIVE, "leaseTransitions": values.NOT_NEGATIVE},
    )
}
NODE = {
    "RuntimeClass": Facts(fields={"handler": names.LABEL_NAME}),
    "Scheduling": Facts(fields={"nodeSelector": names.LABEL_VALUE}, keys={"nodeSelector": names.LABEL_KEY}),
}
SCHEDULING = {
    "PriorityClass": Facts(
        fields={
            "preemptionPolicy": values.given(values.enum("PreemptLowerPriority", "Never")),
            "value": values.between(-(2**31), HIGHEST),
        },
        optional=("value",),
    ),
}
