"""What a value must look like: the part of JSON Schema that the Kubernetes definitions use, made quick to walk."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from infra_tool.schema.demand import Condition, Demand

Type = Literal[
    "object", "map", "list", "string", "integer", "number", "boolean", "integer-or-string", "quantity", "text", "any"
]
SCALARS: dict[object, Type] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
CHOICES: dict[frozenset[object], Type] = {
    frozenset(("string", "integer")): "integer-or-string",
    frozenset(("string", "number")): "quantity",
}


class Shape(NamedTuple):
    """One type. A field or item that is a string names another definition.

    "object" has exactly `fields`, "map" any key with `item` as value, "list" `item`s; "text" is a string for which any
    scalar may be written. `nullable`: a null is accepted, since the API server drops it. `keys` are those that tell the
    items of a list apart. `demand` is what a scalar, or each key of a map, must be beyond its type; `conditions` are
    what the fields of an object must meet together. `is_go`: a type of Kubernetes itself, for which an empty text is
    none; `is_open`: an object that may have any other fields as well.
    """

    type: Type
    nullable: bool = True
    fields: "Mapping[str, Shape | str]" = MappingProxyType({})
    required: tuple[str, ...] = ()
    item: "Shape | str | None" = None
    keys: tuple[str, ...] = ()
    format: str = ""
    demand: "Demand | None" = None
    conditions: "tuple[Condition, ...]" = ()
    is_go: bool = False
    is_open: bool = False


ANY = Shape("any")
METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
OWN_METADATA = "metadata of the object itself"
"""As METADATA, but kustomize writes all values of its annotations as strings, whatever they are in the file."""


Complete = Callable[[str, Shape, "Shapes"], Shape]


class Shapes(dict[str, Shape]):
    """The shapes of all definitions by name, each compiled when it is first asked for."""

    def __init__(self, definitions: Mapping[str, str], complete: "Complete | None" = None) -> None:
        """Take the definitions as JSON; `complete` adds to the shape of each what they do not say."""
        super().__init__()
        self.definitions = definitions
        self._complete = complete or _as_it_is

    def __missing__(self, name: str) -> Shape:
        if name == OWN_METADATA:
            annotations = self.resolve(self[METADATA].fields["annotations"])
            found: Shape | str = _with(self[METADATA], "annotations", annotations._replace(item=Shape("text")))
        else:
            found = compile_schema(json.loads(self.definitions[name]))
        shape = self[name] = self._complete(name, self.resolve(found), self)
        return shape

    def applied(self, name: str) -> Shape:
        """Return the shape of a kind whose objects are applied on their own, not as part of others."""
        shape = self[name]
        if shape.fields.get("metadata") != METADATA:
            return shape
        key = f"{name}, applied"
        return self[key] if key in self else self.setdefault(key, _with(shape, "metadata", OWN_METADATA))

    def resolve(self, shape: Shape | str) -> Shape:
        """Return the shape that `shape` is or names."""
        return self[shape] if isinstance(shape, str) else shape


def _as_it_is(_: str, shape: Shape, __: Shapes) -> Shape:
    return shape


def _with(shape: Shape, field: str, inner: Shape | str) -> Shape:
    return shape._replace(fields={**shape.fields, field: inner})


def compile_schema(schema: Mapping[str, object]) -> Shape | str:
    """Turn a pruned schema into a shape, or into the name of the definition that it refers to."""
    if isinstance(reference := schema.get("$ref"), str):
        return reference
    if isinstance(choices := schema.get("oneOf"), list):
        return Shape(CHOICES.get(frozenset(_type(choice)[0] for choice in choices), "any"))
    name, nullable = _type(schema)
    match name:
        case "object":
            return _compile_object(schema, nullable=nullable)
        case "array":
            keys = schema.get("x-kubernetes-list-map-keys")
            return Shape("list", nullable, item=_inner(schema, "items"), keys=_names(keys))
        case _:
            return Shape(SCALARS.get(name, "any"), nullable, format=str(schema.get("format", "")))


def _compile_object(schema: Mapping[str, object], *, nullable: bool) -> Shape:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return Shape("map", nullable, item=_inner(schema, "additionalProperties"))
    fields = {name: compile_schema(inner) for name, inner in properties.items()}
    return Shape("object", nullable, fields, _names(schema.get("required")))


def _inner(schema: Mapping[str, object], key: str) -> Shape | str:
    inner = schema.get(key)
    return compile_schema(inner) if isinstance(inner, dict) else ANY


def _type(schema: Mapping[str, object]) -> tuple[object, bool]:
    """Return the type's name and whether null is one too; no type at all is any value."""
    match schema.get("type"):
        case [name, "null"]:
            return name, True
        case str(name):
            return name, False
        case _:
            return None, True


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list) else ()
