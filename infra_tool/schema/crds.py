"""Custom resources: shapes from the definitions (CRDs) of a tree, else from what is known of Flux by hand.

A definition's schema is structural OpenAPI v3. Left out are patterns, but for durations and the schemes of URLs,
and anyOf, oneOf, not and CEL.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeGuard

from infra_tool.repo import closest
from infra_tool.schema import flux
from infra_tool.schema.admission import values
from infra_tool.schema.demand import Demand, Unmet, Value
from infra_tool.schema.kinds import Unknown
from infra_tool.schema.shapes import ANY, Shape
from infra_tool.yamldoc import Content, Sequence, lookup, resolve, text
from infra_tool.yamldoc import Mapping as MappingNode

KIND = "CustomResourceDefinition"
PRESERVES = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"
KEYS = "x-kubernetes-list-map-keys"
SIMPLE = re.compile(r"\^\(\[0-9\]\+\(\\\.\[0-9\]\+\)\?\([a-z|]+\)\)\+\$|\^(\([a-z|]+\)|[a-z]+)://\.\*\$")
"""Patterns of which it is known that Python reads them as Go does, and in no time: durations, and URLs."""

SCALARS = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
Data = Mapping[str, object]


class Custom(NamedTuple):
    """The shape of a custom resource; `is_known_by_hand`: there may be fields that only later versions have."""

    shape: Shape
    is_known_by_hand: bool


class Customs:
    """The kinds of custom resources that have a schema."""

    def __init__(self, definitions: Iterable[MappingNode] = ()) -> None:
        """Take the definitions of a tree; each version is compiled when it is first asked for."""
        self._defined: dict[str, dict[str, Content | None]] = {}
        for root in definitions:
            for api_version, kind, schema in _versions(root):
                self._defined.setdefault(api_version, {})[kind] = schema
        self._compiled: dict[tuple[str, str], Custom | None] = {}

    def get(self, api_version: str, kind: str) -> Custom | None:
        """Return the shape of a kind; None when it has no schema."""
        key = api_version, kind
        if key not in self._compiled:
            self._compiled[key] = self._get(api_version, kind)
        return self._compiled[key]

    def _get(self, api_version: str, kind: str) -> Custom | None:
        found = self._defined.get(api_version, {})
        if kind in found:
            schema = found[kind]
            data = resolve(schema, "manifest") if schema is not None else None
            shape = _top(compile_schema(data)) if isinstance(data, dict) else None
            by_hand = False
        else:
            shape, by_hand = flux.shape(api_version, kind), True
        if shape is None:
            return None
        return Custom(shape._replace(conditions=flux.conditions(api_version, kind)), by_hand)

    def defines(self, api_version: str, kind: str) -> bool:
        """Tell whether the tree itself defines a kind."""
        return kind in self._defined.get(api_version, {})

    def explain(self, api_version: str, kind: str) -> Unknown | None:
        """Explain why there is no such kind, where others of its group are known; else, or for an old one, None."""
        if flux.lifetime(api_version, kind) is not None:
            return None
        group = api_version.partition("/")[0]
        homes = sorted(
            known for known, kinds in self._defined.items() if known.startswith(f"{group}/") and kind in kinds
        )
        if homes:
            message = f"the definition of {kind} has no version `{api_version}`; it has {', '.join(homes)}"
            return Unknown("apiVersion", message, f"write `apiVersion: {homes[-1]}`")
        kinds = {*self._defined.get(api_version, {}), *flux.kinds(api_version)}
        near = closest(kind, kinds)
        if near is None:
            return None
        return Unknown(
            "kind", f"there is no kind `{kind}` in {api_version}; did you mean `{near}`?", f"write `kind: {near}`"
        )


def _versions(root: MappingNode) -> Iterator[tuple[str, str, Content | None]]:
    """Yield apiVersion, kind and schema of each version that a definition serves."""
    group, kind = text(root, "spec", "group"), text(root, "spec", "names", "kind")
    versions = lookup(root, "spec", "versions")
    for version in versions.values() if isinstance(versions, Sequence) else ():
        name, served = text(version, "name"), text(version, "served")
        if group and kind and name and served != "false":
            yield f"{group}/{name}", kind, lookup(version, "schema", "openAPIV3Schema")


def is_definition(root: Content) -> TypeGuard[MappingNode]:
    """Tell whether an object defines a custom resource."""
    return isinstance(root, MappingNode) and text(root, "kind") == KIND


def _top(shape: Shape) -> Shape | None:
    """Return the shape of the object itself, whose metadata is the same for all kinds."""
    if shape.type != "object":
        return None
    return shape._replace(fields={**shape.fields, **dict.fromkeys(("apiVersion", "kind", "metadata"), ANY)})


def compile_schema(schema: Data) -> Shape:
    """Turn a structural schema into a shape; what is not understood is any value."""
    if schema.get(INT_OR_STRING) is True:
        return Shape("integer-or-string")
    kind = schema.get("type")
    if kind == "object":
        return _object(schema)
    if kind == "array":
        items, keys = schema.get("items"), schema.get(KEYS)
        item = compile_schema(items) if isinstance(items, dict) else ANY
        return Shape("list", item=item, keys=tuple(map(str, keys)) if isinstance(keys, list) else ())
    name = SCALARS.get(str(kind))
    if name is None:
        return ANY
    return Shape(name, format=str(schema.get("format") or ""), demand=_demand(schema))  # type: ignore[arg-type]


def _object(schema: Data) -> Shape:
    properties, more = schema.get("properties"), schema.get("additionalProperties")
    if isinstance(more, dict):
        return Shape("map", item=compile_schema(more))
    if not isinstance(properties, dict) or not properties:
        return Shape("map", item=ANY)
    fields = {name: compile_schema(inner) for name, inner in properties.items() if isinstance(inner, dict)}
    needed = schema.get("required")
    required = (
        [str(name) for name in needed if not _has_default(properties.get(name))] if isinstance(needed, list) else []
    )
    is_open = schema.get(PRESERVES) is True or schema.get(EMBEDDED) is True or more is True
    return Shape("object", fields=fields, required=tuple(required), is_open=is_open)


def _has_default(schema: object) -> bool:
    return isinstance(schema, dict) and "default" in schema


def _demand(schema: Data) -> Demand | None:
    words, pattern = schema.get("enum"), schema.get("pattern")
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return values.enum(*words)
    if isinstance(pattern, str) and SIMPLE.fullmatch(pattern):
        return Demand("K008", _matching(pattern))
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(low, int) and (high is None or isinstance(high, int)):
        return values.between(low, high)
    return None


def _matching(pattern: str) -> Callable[[Value], Unmet | None]:
    compiled = re.compile(pattern)
    must = "must be a duration such as 30s or 10m" if pattern.endswith("+$") else f"must match {pattern}"

    def unmet(value: Value) -> Unmet | None:
        return None if compiled.match(str(value)) else Unmet(must)

    return unmet
