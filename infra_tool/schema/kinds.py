"""Tell a misspelt or outdated kind of Kubernetes itself from a kind that some operator brings along."""

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from infra_tool.repo import closest
from infra_tool.schema.shapes import Shape, Shapes

if TYPE_CHECKING:
    from infra_tool.schema.crds import Customs

STAGES = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?$")


class Kinds(Protocol):
    """What is needed of Schemas."""

    @property
    def version(self) -> str:
        """The Kubernetes minor version."""
        ...

    @property
    def kinds(self) -> dict[str, dict[str, str]]:
        """The names of the definitions, by apiVersion and kind."""
        ...

    @property
    def shapes(self) -> Shapes:
        """All definitions."""
        ...

    @property
    def customs(self) -> "Customs":
        """The kinds of custom resources."""
        ...

    def kind(self, api_version: str, kind: str) -> Shape | None:
        """Return the shape of a kind."""
        ...


class Unknown(NamedTuple):
    """Why there is no such kind, and which field to change."""

    field: Literal["apiVersion", "kind"]
    message: str
    help: str | None


def explain(schemas: Kinds, api_version: str, kind: str) -> Unknown | None:
    """Explain why Kubernetes has no such kind; None when the group is not one of its own, but of a CRD."""
    if api_version in schemas.kinds:
        return _unknown_kind(schemas, api_version, kind)
    if api_version.count("/") > 1 or api_version.startswith("/") or api_version.endswith("/"):
        message = f"`{api_version}` is no apiVersion"
        return Unknown("apiVersion", message, "write `version` or `group/version`, such as v1 or apps/v1")
    found = homes(schemas.kinds, kind)
    group = _group(api_version)
    groups = {_group(known) for known in schemas.kinds}
    # The API server wants a dot in the group of a CRD: without one it is meant to be a group of Kubernetes.
    if group not in groups and "." in group:
        found = [home for home in found if _is_slip(group, _group(home))]
        if not found:
            return None
    elif not found:
        return _unknown_everywhere(schemas, api_version, kind)
    return _elsewhere(f"Kubernetes {schemas.version} has no API `{api_version}`", api_version, kind, found)


def _unknown_kind(schemas: Kinds, api_version: str, kind: str) -> Unknown:
    message = f"there is no kind `{kind}` in {api_version} (Kubernetes {schemas.version})"
    if found := homes(schemas.kinds, kind):
        return _elsewhere(message, api_version, kind, found)
    if near := closest(kind, schemas.kinds[api_version]):
        return Unknown("kind", f"{message}; did you mean `{near}`?", f"write `kind: {near}`")
    if near := closest(kind, _all_kinds(schemas.kinds)):
        home = homes(schemas.kinds, near)[0]
        return Unknown("kind", f"{message}; did you mean `{near}` of {home}?", f"write `kind: {near}`")
    return Unknown("kind", message, None)


def _unknown_everywhere(schemas: Kinds, api_version: str, kind: str) -> Unknown:
    """Explain an unknown apiVersion of which not even the kind is known."""
    message = f"Kubernetes {schemas.version} has no API `{api_version}`"
    if near_kind := closest(kind, _all_kinds(schemas.kinds)):
        home = homes(schemas.kinds, near_kind)[0]
        help_ = f"write `apiVersion: {home}` and `kind: {near_kind}`"
        return Unknown("apiVersion", f"{message}; did you mean `{near_kind}` of {home}?", help_)
    near = closest(api_version, schemas.kinds)
    no_crd = "." not in _group(api_version)
    return Unknown(
        "apiVersion",
        f"{message}; did you mean `{near}`?" if near else message,
        "the group of a custom resource has a dot in it" if no_crd else None,
    )


def _elsewhere(message: str, api_version: str, kind: str, found: list[str]) -> Unknown:
    """Name the apiVersion that has the kind, one of the same group first."""
    same = [home for home in found if _group(home) == _group(api_version)]
    best = (same or found)[0]
    return Unknown(
        "apiVersion", f"{message}; did you mean `{best}`?", f"{kind} is in {best}: write `apiVersion: {best}`"
    )


def _all_kinds(kinds: dict[str, dict[str, str]]) -> set[str]:
    return {name for names in kinds.values() for name in names}


def homes(kinds: dict[str, dict[str, str]], kind: str) -> list[str]:
    """Return the apiVersions that have a kind, the most stable first."""
    return sorted((known for known, names in kinds.items() if kind in names), key=_stability)


def _stability(api_version: str) -> tuple[int, int, int, str]:
    """Order stable before beta before alpha, newer before older; events.k8s.io before the core group is no matter."""
    match = STAGES.match(api_version.rpartition("/")[2])
    if match is None:
        return 3, 0, 0, api_version
    stage = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return stage, -int(match[1]), -int(match[3] or 0), api_version


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def _is_slip(word: str, meant: str) -> bool:
    """Tell whether one or two characters make the difference between a misspelt group and `meant`."""
    return bool(meant) and _distance(word, meant) <= 2  # noqa: PLR2004 -- as the docstring says


def _distance(left: str, right: str) -> int:
    """Return the Levenshtein distance."""
    above = list(range(len(right) + 1))
    for index, character in enumerate(left, 1):
        line = [index]
        for column, other in enumerate(right):
            line.append(min(above[column + 1] + 1, line[-1] + 1, above[column] + (character != other)))
        above = line
    return above[-1]
