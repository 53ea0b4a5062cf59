"""Which objects a target names: by regular expressions, labels and annotations."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from infra_tool.kustomize.check import pairs
from infra_tool.kustomize.entries import text_node
from infra_tool.kustomize.render.patterns import compiled, refuse_odd
from infra_tool.kustomize.render.resource import Gvk, Id, Resource
from infra_tool.kustomize.render.value import Leaf, Origin
from infra_tool.yamldoc import Mapping as MappingNode

REQUIREMENT = re.compile(
    r"\s*(?:(?P<absent>!)\s*(?P<without>[^\s,!=<>()]+)"
    r"|(?P<key>[^\s,!=<>()]+)\s*"
    r"(?:(?P<set>in|notin)\s*\((?P<values>[^()]*)\)|(?P<operator>==|=|!=|>|<)\s*(?P<value>[^\s,()]*))?)\s*(?:,|$)"
)


class Selector(NamedTuple):
    """A target: empty fields take anything."""

    gvk: Gvk
    name: str
    namespace: str
    labels: str
    annotations: str
    origin: Origin
    node: MappingNode

    def takes_kind(self, gvk: Gvk) -> bool:
        """Tell whether the kind fits."""
        patterns = (self.gvk.group, self.gvk.version, self.gvk.kind)
        return all(self._fits(pattern, text) for pattern, text in zip(patterns, gvk, strict=True))

    def takes_id(self, identity: Id) -> bool:
        """Tell whether kind, name and namespace fit."""
        return (
            self.takes_kind(identity.gvk)
            and self._fits(self.name, identity.name)
            and self._fits(self.namespace, identity.namespace)
        )

    def takes(self, resource: Resource) -> bool:
        """Tell whether an object fits, by its present or first name and namespace."""
        first, now = resource.first_id, resource.id
        if not any(self._fits(self.namespace, one.namespace) for one in (first, now)):
            return False
        if not any(self._fits(self.name, one.name) for one in (first, now)):
            return False
        return self.takes_kind(now.gvk) and self.takes_texts(resource)

    def takes_texts(self, resource: Resource) -> bool:
        """Tell whether labels and annotations fit."""
        return all(
            self._matches(wanted, texts)
            for wanted, texts in (
                (self.labels, resource.texts("labels")),
                (self.annotations, resource.texts("annotations")),
            )
            if wanted
        )

    def _fits(self, pattern: str, text: str) -> bool:
        if not pattern:
            return True
        found = compiled(f"(?:{pattern})")
        return found is not None and found.fullmatch(text) is not None

    def _matches(self, wanted: str, texts: Mapping[str, Leaf]) -> bool:
        try:
            return all(one.holds(texts) for one in requirements(wanted))
        except ValueError as error:
            raise self.origin.error(f"{wanted} selects no labels", self.node) from error


class Requirement(NamedTuple):
    """One condition of a label selector."""

    key: str
    operator: str
    values: tuple[str, ...]

    def holds(self, texts: Mapping[str, Leaf]) -> bool:
        """Tell whether labels fulfil it."""
        found = texts.get(self.key)
        if self.operator in ("!", "exists"):
            return (found is None) is (self.operator == "!")
        if self.operator in ("!=", "notin"):
            return found is None or found.text not in self.values
        if found is None:
            return False
        if self.operator in (">", "<"):
            return _compare(found.text, self.operator, self.values[0])
        return found.text in self.values


def _compare(text: str, operator: str, value: str) -> bool:
    try:
        return int(text) > int(value) if operator == ">" else int(text) < int(value)
    except ValueError:
        return False


@lru_cache(maxsize=256)
def requirements(text: str) -> tuple[Requirement, ...]:
    """Return the conditions of a label selector; raises ValueError for what is none."""
    found: list[Requirement] = []
    position = 0
    while position < len(text):
        match = REQUIREMENT.match(text, position)
        if match is None or match.end() == position:
            raise ValueError(text)
        found.append(_requirement(match))
        position = match.end()
    return tuple(found)


def _requirement(match: re.Match[str]) -> Requirement:
    if match["absent"]:
        return Requirement(match["without"], "!", ())
    if match["set"]:
        return Requirement(match["key"], match["set"], tuple(value.strip() for value in match["values"].split(",")))
    if match["operator"]:
        return Requirement(match["key"], match["operator"], (match["value"],))
    return Requirement(match["key"], "exists", ())


def selector(node: MappingNode, origin: Origin) -> Selector:
    """Return what a `target` or `select` says; raises UnsupportedError for a pattern that is not rendered natively."""
    fields = pairs(node)
    names = ("group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector")
    found = (text_node(fields, name) for name in names)
    *patterns, labels, annotations = (one.value if one is not None else "" for one in found)
    for pattern in patterns:
        refuse_odd(pattern, origin, node)
    group, version, kind, name, namespace = patterns
    return Selector(Gvk(group, version, kind), name, namespace, labels, annotations, origin, node)
