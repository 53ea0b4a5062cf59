"""The name and namespace that an object gives itself: what is allowed depends on the kind."""

from collections.abc import Callable, Iterator

from infra_tool.schema.admission import names
from infra_tool.schema.demand import Unmet, Value
from infra_tool.schema.here import Here
from infra_tool.schema.source import minor
from infra_tool.schema.violation import Violation
from infra_tool.schema.words import instead
from infra_tool.yamldoc import Mapping, text

FREE = {
    "rbac.authorization.k8s.io",
    "certificates.k8s.io",
    "apiregistration.k8s.io",
    "authentication.k8s.io",
    "flowcontrol.apiserver.k8s.io",
}
"""Groups whose names may be anything that can stand in a URL."""

OF_KIND: dict[tuple[str, str], Callable[[Value], Unmet | None]] = {
    ("", "Namespace"): names.label,
    ("apps", "StatefulSet"): names.label,
    ("policy", "PodDisruptionBudget"): names.segment,
}
"""Kinds that are unlike the others of their group; pods are called after their StatefulSet."""

RELAXED = (1, 36)
"""From there on the name of a Service may begin with a digit, as far as is known here; 1.35 refuses it."""


def check(here: Here, root: Mapping, api_version: str, version: str) -> Iterator[Violation]:
    """Yield what is wrong with the name in an object's metadata."""
    group, kind = api_version.rpartition("/")[0], text(root, "kind") or ""
    for field in ("name", "generateName"):
        name = here.text(field)
        unmet = _demand(group, kind, version)((name or "").rstrip("-") if field == "generateName" else name or "")
        if name and unmet is not None:
            message = f"`{field}` of a {kind or 'object'} {unmet.must}{instead(name)}"
            yield Violation("K009", here.node(field), message, unmet.help, ((here.path(field),),))


def _demand(group: str, kind: str, version: str) -> Callable[[Value], Unmet | None]:
    if group in FREE:
        return names.segment
    if (group, kind) in OF_KIND:
        return OF_KIND[group, kind]
    if group == "" and kind == "Service":
        return names.old_label if minor(version) < RELAXED else names.label
    return names.subdomain
