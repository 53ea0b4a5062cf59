"""What the API server demands of what makes pods that live. Source: pkg/apis/apps/validation of Kubernetes."""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

SELECTOR = "spec.selector.matchLabels"
LABELS = "spec.template.metadata.labels"


def _selects(here: Here) -> Iterator[Violation]:
    """Demand a selector that selects the pods of the template."""
    spec = here.inside("spec")
    selector = spec.inside("selector") if spec is not None else None
    if spec is None or selector is None:
        return
    if selector.is_empty("matchLabels") and selector.is_empty("matchExpressions"):
        yield Violation("K011", selector.place, "the selector is empty", None, ((SELECTOR,),))
        return
    labels = _labels(spec.inside("template", "metadata", "labels"))
    if labels is None:
        return
    wanted = selector.inside("matchLabels")
    for name in wanted or ():
        text = _label(wanted, name) if wanted is not None else None
        if wanted is not None and text is not None and "$" not in name and labels.get(name, None) not in (text, "${"):
            yield _not_selected(wanted, name, text, labels.get(name))
    for expression in selector.items("matchExpressions"):
        yield from _expression(expression, labels)


def _labels(here: Here | None) -> dict[str, str] | None:
    """Return labels, `${` for a value that is not known; None when not all of their names are."""
    if here is None:
        return {}
    return None if here.is_open else {name: "${" if (text := _label(here, name)) is None else text for name in here}


def _label(here: Here, name: str) -> str | None:
    """Return the value of a label, null being empty; None when it is not known."""
    return here.text(name) if name in here else ""


def _not_selected(here: Here, name: str, text: str, got: str | None) -> Violation:
    have = f"have {name}: {got}" if got is not None else f"have no label {name}"
    message = f"the selector {name}: {text} does not match the pods of the template, which {have}"
    return Violation("K011", here.node(name), message, "give both the same labels", ((LABELS, SELECTOR),))


def _expression(here: Here, labels: dict[str, str]) -> Iterator[Violation]:
    key, operator = here.text("key"), here.text("operator")
    got = labels.get(key) if key is not None else "${"
    wanted = {text for _, text in here.texts("values")}
    if got == "${" or (here.get("values") is not None and not wanted):
        return
    fits = {
        "In": got in wanted,
        "NotIn": got not in wanted,
        "Exists": got is not None,
        "DoesNotExist": got is None,
    }
    if not fits.get(operator or "", True):
        message = f"the selector `{key} {operator}` does not match the labels of the template"
        yield Violation("K011", here.place, message, "give both the same labels", ((LABELS, SELECTOR),))


def _restarts(here: Here) -> Iterator[Violation]:
    """Demand pods that are restarted for ever."""
    pod = here.inside("spec", "template", "spec")
    policy = pod.text("restartPolicy") if pod is not None else None
    if pod is not None and policy not in (None, "", "Always"):
        message = f"restartPolicy must be Always for pods that are to run for ever, not {policy}"
        yield pod.wrong("K013", "restartPolicy", message, "remove the line, or make it a Job")


def _recreate(here: Here) -> Iterator[Violation]:
    kind = here.text("type")
    if kind in ("Recreate", "OnDelete") and "rollingUpdate" in here:
        message = f"rollingUpdate is not for the type {kind}"
        yield here.wrong("K013", here.key("rollingUpdate"), message, "remove it, or write `type: RollingUpdate`")


def _moves(here: Here) -> Iterator[Violation]:
    """Demand that a rolling update may take one pod down or bring one up more."""
    if _is_zero(here, "maxUnavailable") and _is_zero(here, "maxSurge"):
        yield here.wrong("K013", "maxUnavailable", "maxUnavailable and maxSurge cannot both be 0")


def _moves_one_way(here: Here) -> Iterator[Violation]:
    """Demand of a DaemonSet that it either takes pods down or brings others up."""
    yield from _moves(here)
    surge, gap = here.known("maxSurge"), here.known("maxUnavailable")
    if surge not in (None, 0, "0%") and gap not in (0, "0%") and (gap is not None or "maxUnavailable" not in here):
        yield here.wrong("K013", "maxSurge", "a DaemonSet with maxSurge needs maxUnavailable: 0")


def _is_zero(here: Here, name: str) -> bool:
    return here.known(name) in (0, "0%") and here.known(name) is not False


def _at_most_all(here: Here) -> Iterator[Violation]:
    share = here.text("maxUnavailable") or ""
    if values.PERCENT.fullmatch(share) and int(share[:-1]) > 100:  # noqa: PLR2004 -- per cent
        yield here.wrong("K008", "maxUnavailable", "maxUnavailable must not be more than 100%")


def _progresses(here: Here) -> Iterator[Violation]:
    least, most = here.number("minReadySeconds") or 0, here.number("progressDeadlineSeconds")
    if most is not None and most <= least:
        message = f"progressDeadlineSeconds must be more than minReadySeconds ({least})"
        yield here.wrong("K013", "progressDeadlineSeconds", message)


COUNTS = dict.fromkeys(("minReadySeconds", "revisionHistoryLimit"), values.NOT_NEGATIVE)
REPLICAS = {"replicas": values.NOT_NEGATIVE}
SHARES = {"maxUnavailable": values.SHARE, "maxSurge": values.SHARE}
RETENTION = values.enum("Retain", "Delete")
WORKLOAD = Facts(required=("spec",), conditions=(_selects, _restarts))

TEMPLATE = {"PodTemplateSpec": Facts(required=("spec",))}
APPS = {
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), WORKLOAD),
    "DeploymentSpec": Facts(fields={**COUNTS, **REPLICAS}, conditions=(_progresses,)),
    "ReplicaSetSpec": Facts(fields={**REPLICAS, "minReadySeconds": values.NOT_NEGATIVE}, required=("template",)),
    "DaemonSetSpec": Facts(fields=COUNTS),
    "StatefulSetSpec": Facts(
        fields={
            **COUNTS,
            **REPLICAS,
            "revisionHistoryLimit": values.risky(values.NOT_NEGATIVE),
            "podManagementPolicy": values.enum("OrderedReady", "Parallel"),
            "serviceName": names.LABEL_NAME,
        },
        optional=("serviceName",),
    ),
    "DeploymentStrategy": Facts(fields={"type": values.enum("Recreate", "RollingUpdate")}, conditions=(_recreate,)),
    "StatefulSetUpdateStrategy": Facts(
        fields={"type": values.enum("RollingUpdate", "OnDelete")}, conditions=(_recreate,)
    ),
    "DaemonSetUpdateStrategy": Facts(fields={"type": values.enum("RollingUpdate", "OnDelete")}),
    "RollingUpdateStatefulSetStrategy": Facts(
        fields={"partition": values.NOT_NEGATIVE, "maxUnavailable": values.SHARE}, conditions=(_at_most_all,)
    ),
    "StatefulSetOrdinals": Facts(fields={"start": values.NOT_NEGATIVE}),
    "RollingUpdateDeployment": Facts(fields=SHARES, conditions=(_moves, _at_most_all)),
    "RollingUpdateDaemonSet": Facts(fields=SHARES, conditions=(_moves_one_way, _at_most_all)),
    "StatefulSetPersistentVolumeClaimRetentionPolicy": Facts(
        fields={"whenDeleted": RETENTION, "whenScaled": RETENTION}
    ),
}
