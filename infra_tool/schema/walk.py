"""Hold the nodes of one object against a shape: fields that do not exist, values of the wrong type."""

import re
from collections.abc import Iterator

from infra_tool.schema import words
from infra_tool.schema.shapes import ANY, Shape, Shapes, Type
from infra_tool.schema.violation import Violation
from infra_tool.yamldoc import Alias, Content, Mapping, Node, Scalar, Sequence, follow
from infra_tool.yamldoc.resolve import is_merge, resolve_scalar

VARIABLE = re.compile(r"(?<!\$)\$\{[A-Za-z_]")
"""What Flux substitutes: the braced form only, `$${` is its escape."""

ACCEPTED: dict[Type, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "integer-or-string": (int, str),
    "quantity": (int, float, str),
    "text": (int, float, str),
}
LIMITS = {"int32": 2**31, "int64": 2**63}

Resolved = str | int | float | bool | None


def value(scalar: Scalar) -> Resolved:
    """Return the scalar as the API server gets it: dates are strings, 8080.0 is an integer."""
    found = resolve_scalar(scalar, "manifest")
    if isinstance(found, float):
        return int(found) if found.is_integer() else found
    return found if isinstance(found, (str, int)) or found is None else scalar.value


class Walk:
    """One pass over one object. `found` are the violations in source order."""

    def __init__(self, shapes: Shapes, *, subject: str, private: bool, encrypted: bool) -> None:
        """`subject` names the object in messages; `private` keeps its values out of them.

        `encrypted`: a SOPS document, whose ENC[...] may stand for anything.
        """
        self.found: list[Violation] = []
        self._shapes = shapes
        self._subject = subject
        self._private = private
        self._encrypted = encrypted
        self._path: list[str | int] = []
        self._above: list[Shape] = []

    def visit(self, node: Node, shape: Shape, *, key: Node | None = None) -> None:
        """Check the value `node`, which stands behind `key`."""
        target = node.target if isinstance(node, Alias) else node
        if isinstance(target, Scalar):
            if target.style is None or target.tag is not None or shape.type != "string":
                self._scalar(node, target, shape, key)
        elif shape.type == "any":
            return
        elif isinstance(target, Mapping) and shape.type == "object":
            self._object(target, shape)
        elif isinstance(target, Mapping) and shape.type == "map":
            self._map(target, shape)
        elif isinstance(target, Sequence) and shape.type == "list":
            self._list(target, shape)
        else:
            self._wrong(node, shape, target)

    def _object(self, mapping: Mapping, shape: Shape) -> None:
        self._above.append(shape)
        self._fields(mapping, shape)
        self._above.pop()

    def _fields(self, mapping: Mapping, shape: Shape) -> None:
        fields, path, shapes = shape.fields, self._path, self._shapes
        for key, node in mapping.items:
            name = key.value if isinstance(key, Scalar) else _key(key)
            inner = fields.get(name)
            if inner is None:
                self._unknown(key, name, node, mapping, shape)
                continue
            path.append(name)
            self.visit(node, shapes[inner] if isinstance(inner, str) else inner, key=key)
            path.pop()

    def _map(self, mapping: Mapping, shape: Shape) -> None:
        inner = self._shapes.resolve(shape.item or ANY)
        if inner.type != "any":
            self._above.append(shape)
            self._values(mapping, inner)
            self._above.pop()

    def _values(self, mapping: Mapping, inner: Shape) -> None:
        for key, node in mapping.items:
            name = key.value if isinstance(key, Scalar) else _key(key)
            if name == "<<" and is_merge(key):
                self._values(entries_of_merge(node, mapping), inner)
                continue
            self._path.append(name)
            self.visit(node, inner, key=key)
            self._path.pop()

    def _list(self, sequence: Sequence, shape: Shape) -> None:
        inner = self._shapes.resolve(shape.item or ANY)
        self._above.append(shape)
        for index, node in enumerate(sequence.items):
            self._path.append(index)
            self.visit(node, inner)
            self._path.pop()
        self._above.pop()

    def _scalar(self, node: Node, scalar: Scalar, shape: Shape, key: Node | None) -> None:
        if shape.type == "any":
            return
        got = value(scalar)
        if got is None:
            if not shape.nullable:
                empty = scalar.start == scalar.end and key is not None
                self._wrong(key if empty and key is not None else node, shape, scalar)
        elif not _fits(got, shape) and not self._wildcard(got):
            self._wrong(node, shape, scalar)

    def _wildcard(self, got: Resolved) -> bool:
        """Tell whether a text stands for a value that is not known here."""
        if not isinstance(got, str):
            return False
        return VARIABLE.search(got) is not None or (self._encrypted and got.startswith("ENC["))

    def _unknown(self, key: Node, name: str, node: Node, mapping: Mapping, shape: Shape) -> None:
        if name == "<<" and is_merge(key):
            self._fields(entries_of_merge(node, mapping), shape)
        elif VARIABLE.search(name) is None:
            message, help_ = words.unknown_field(name, self._path, self._above, self._shapes, self._subject)
            self.found.append(Violation("K003", key, message, help_))

    def _wrong(self, node: Node, shape: Shape, target: Content) -> None:
        got = words.Got(value(target), target.value) if isinstance(target, Scalar) else words.Got(target)
        message, help_ = words.wrong_type(self._path, shape, got, private=self._private)
        self.found.append(Violation("K004", node, message, help_))


def _fits(got: str | float, shape: Shape) -> bool:
    if isinstance(got, bool):
        return shape.type in {"boolean", "text"}
    if not isinstance(got, ACCEPTED.get(shape.type, ())):
        return False
    limit = LIMITS.get(shape.format)
    return limit is None or isinstance(got, str) or -limit <= got < limit


def _key(key: Node) -> str:
    """Return the text of a key that is no plain scalar node; a collection as key is no field of anything."""
    target = follow(key)
    return target.value if isinstance(target, Scalar) else "?"


def entries_of_merge(node: Node, over: Mapping) -> Mapping:
    """Return the entries that a merge key adds to `over`, which has the last word."""
    seen = {key.value for key, _ in over.items if isinstance(key, Scalar)}
    items: list[tuple[Node, Node]] = []
    for source in _sources(node):
        items += [
            (key, inner)
            for key, inner in source.items
            if isinstance(key, Scalar) and (key.value not in seen or is_merge(key))
        ]
        seen |= {key.value for key, _ in source.items if isinstance(key, Scalar)}
    return with_items(over, items)


def with_items(mapping: Mapping, items: list[tuple[Node, Node]]) -> Mapping:
    """Return a mapping at the same place with other entries."""
    result = Mapping(mapping.start, flow=mapping.flow, tag=mapping.tag, anchor=mapping.anchor)
    result.end = mapping.end
    result.items = items
    return result


def _sources(node: Node) -> Iterator[Mapping]:
    target = follow(node)
    for item in target.values() if isinstance(target, Sequence) else (target,):
        if isinstance(item, Mapping):
            yield item
