"""Label selectors."""

from collections.abc import Iterator, Mapping

from infra_tool.kustomize.render.value import Map, Value
from infra_tool.lint.cluster.cluster import Cluster
from infra_tool.lint.cluster.object import POD, Object
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import get, maps, text, texts, words
from infra_tool.lint.mark import Mark

SET_BY_CONTROLLERS = frozenset(
    (
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "controller-uid",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    )
)
"""Labels that pods have although no template says so."""

IN = "In"
NOT = ("NotIn", "DoesNotExist")


def matches(selector: Value | None, labels: Mapping[str, str]) -> bool:
    """Tell whether a selector with `matchLabels` and `matchExpressions` takes labels; an empty one takes all."""
    wanted = texts(selector, "matchLabels")
    expressions = maps(selector, "matchExpressions")
    return agrees(wanted, labels) and all(_holds(one, labels) for one in expressions)


def agrees(wanted: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Tell whether labels have all that is wanted, as far as templates say."""
    return all(labels.get(key) == value for key, value in wanted.items() if key not in SET_BY_CONTROLLERS)


def _holds(expression: Map, labels: Mapping[str, str]) -> bool:
    key, operator = text(expression, "key"), text(expression, "operator")
    values = set(words(get(expression, "values")))
    if key in SET_BY_CONTROLLERS:
        return True
    if operator in NOT:
        return key not in labels or (operator == "NotIn" and labels[key] not in values)
    return key in labels and (operator != IN or labels[key] in values)


def unmatched(cluster: Cluster, owner: Object, *path: str) -> Iterator[Mark]:
    """Yield a mark on the selector at a path, if it is certain that no pod of the owner's namespace fits it."""
    selector = get(owner.value, *path)
    if not isinstance(selector, Map) or not selector or cluster.may_have_more(POD, owner.namespace):
        return
    pods, wanted = cluster.pods_in(owner.namespace), texts(selector, "matchLabels")
    is_open = "$" in f"{wanted}{owner.namespace}{[pod.labels for pod in pods]}"
    if is_open or any(matches(selector, pod.labels) for pod in pods):
        return
    known = {item for pod in pods for item in pod.labels.items()}
    wrong = next((key for key, value in wanted.items() if (key, value) not in known), None)
    at = get(selector, "matchLabels", wrong) if wrong is not None else selector
    words_ = f"{wrong}: {wanted[wrong]}" if wrong is not None else "these labels"
    yield point(owner, at, f"no pod in namespace {owner.namespace} has {words_}")
