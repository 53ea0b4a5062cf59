"""Label selectors."""

from collections.abc import Iterator, Mapping

from infra_tool.kustomize.render.value import Leaf, List, Map, Value
from infra_tool.lint.cluster.values import get, maps, text, texts

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
    values = set(_texts(get(expression, "values")))
    if key in SET_BY_CONTROLLERS:
        return True
    if operator in NOT:
        return key not in labels or (operator == "NotIn" and labels[key] not in values)
    return key in labels and (operator != IN or labels[key] in values)


def _texts(value: Value | None) -> Iterator[str]:
    yield from (item.text for item in value if isinstance(item, Leaf)) if isinstance(value, List) else ()
