"""Hold the nodes of one object against a shape: its fields, their types, and what else the API server demands of them.

An object's status is the cluster's: the API server drops it, and nothing is demanded of it.
"""

from infra_tool.schema import duplicates, words
from infra_tool.schema.demand import Demand, Value
from infra_tool.schema.here import Here
from infra_tool.schema.scalars import VARIABLE, Resolved, entries_of_merge, is_open, value
from infra_tool.schema.shapes import ANY, Shape, Shapes, Type
from infra_tool.schema.violation import Violation
from infra_tool.yamldoc import Alias, Content, Mapping, Node, Scalar, Sequence, follow
from infra_tool.yamldoc.resolve import is_merge

ACCEPTED: dict[Type, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "integer-or-string": (int, str),
    "quantity": (int, float, str),
    "text": (int, float, str),
}
LIMITS = {"int32": 2**31, "int64": 2**63, "integer-or-string": 2**31}
"""By the format of integers, or by the type."""

DOUBTFUL = ("", "~", "null", "Null", "NULL")
"""Texts of values that may be none."""

STATUS = "status"
Paths = tuple[tuple[str, ...], ...]
LATER: Paths = (
    ("spec", "jobTemplate", "metadata"),
    *(("spec", "metrics", kind, "metric", "selector") for kind in ("object", "pods", "external")),
)
"""Parts of which the API server looks at the types alone: what is wrong with them shows when they are made use of."""


class Walk:
    """One pass over one object. `found` are the violations in source order."""

    def __init__(self, shapes: Shapes, *, subject: str, private: bool, encrypted: bool, later: Paths = LATER) -> None:
        """`subject` names the object in messages; `private` keeps its values out of them.

        `encrypted`: a SOPS document, whose ENC[...] may stand for anything. `later`: see LATER.
        """
        self._later = later
        self.found: list[Violation] = []
        self._shapes = shapes
        self._subject = subject
        self._private = private
        self._encrypted = encrypted
        self._meant: set[str] = set()
        self._path: list[str | int] = []
        self._above: list[Shape] = []

    def visit(self, node: Node, shape: Shape, *, key: Node | None = None) -> None:
        """Check the value `node`, which stands behind `key`."""
        target = node.target if isinstance(node, Alias) else node
        if isinstance(target, Scalar):
            if target.style is None or target.tag is not None or shape.type != "string":
                self._scalar(node, target, shape, key)
            elif shape.demand is not None:
                self._hold(node, target.value, shape.demand)
        elif shape.type == "any":
            return
        elif isinstance(target, Mapping) and shape.type == "object":
            self._object(target, shape, key)
        elif isinstance(target, Mapping) and shape.type == "map":
            self._map(target, shape)
        elif isinstance(target, Sequence) and shape.type == "list":
            self._list(target, shape)
        else:
            self._wrong(node, shape, target)

    def _object(self, mapping: Mapping, shape: Shape, key: Node | None) -> None:
        self._above.append(shape)
        self._fields(mapping, shape)
        self._above.pop()
        if (shape.conditions or not _has_all(mapping, shape.required)) and not self._is_status:
            self._together(Here(mapping, self._path, key), shape)

    @property
    def _is_status(self) -> bool:
        return bool(self._path) and self._path[0] == STATUS

    def _together(self, here: Here, shape: Shape) -> None:
        """Check what no field alone can tell."""
        absent = [name for name in shape.required if not here.is_given(name)]
        found = [found for condition in shape.conditions for found in condition(here)]
        if (absent or found) and not here.is_open:
            for name in absent:
                self._absent(here, name, shape)
            for one in found:
                self._say(one)

    def _absent(self, here: Here, name: str, shape: Shape) -> None:
        """Report a required field that is absent, or an empty text in Go; a null was reported where it stands."""
        inner = self._shapes.resolve(shape.fields.get(name, ANY))
        if name in here and not (shape.is_go and inner.type == "string"):
            return
        if name in here or inner.nullable or name not in list(here):
            path = here.path(name)
            lacks = ((path,), *((f"{path}.{below}",) for below in inner.required))
            message = f"`{name}` is {'empty' if name in here else 'missing'}{here.where}"
            self._say(Violation("K005", here.node(name), message, None, lacks))

    def _say(self, found: Violation) -> None:
        """Add a violation, unless it is that something is missing which was misspelt."""
        if found.lacks and all(not self._meant.isdisjoint(group) for group in found.lacks):
            return
        self.found.append(found._replace(is_risky=True) if self._is_seen_later else found)

    @property
    def _is_seen_later(self) -> bool:
        """Tell whether the API server takes this part as it is, and looks at it when it makes other objects of it."""
        path = tuple(step for step in self._path if isinstance(step, str))
        return any(path[: len(part)] == part for part in self._later)

    def _fields(self, mapping: Mapping, shape: Shape) -> None:
        fields, path, shapes = shape.fields, self._path, self._shapes
        for key, node in mapping.items:
            name = key.value if isinstance(key, Scalar) else _key(key)
            inner = fields.get(name)
            if inner is None:
                if shape.is_open and not (name == "<<" and is_merge(key)):
                    continue
                self._unknown(key, name, node, mapping, shape)
                continue
            path.append(name)
            self.visit(node, shapes[inner] if isinstance(inner, str) else inner, key=key)
            path.pop()

    def _map(self, mapping: Mapping, shape: Shape) -> None:
        inner = self._shapes.resolve(shape.item or ANY)
        if inner.type != "any" or shape.demand is not None:
            self._above.append(shape)
            self._values(mapping, inner, shape.demand)
            self._above.pop()

    def _values(self, mapping: Mapping, inner: Shape, demand: Demand | None) -> None:
        for key, node in mapping.items:
            name = key.value if isinstance(key, Scalar) else _key(key)
            if name == "<<" and is_merge(key):
                self._values(entries_of_merge(node, mapping), inner, demand)
                continue
            self._path.append(name)
            if demand is not None:
                self._hold(key, name, demand, "the name ")
            self.visit(node, inner, key=key)
            self._path.pop()

    def _list(self, sequence: Sequence, shape: Shape) -> None:
        inner = self._shapes.resolve(shape.item or ANY)
        self._above.append(shape)
        for index, node in enumerate(sequence.items):
            self._path.append(index)
            if inner.is_go and inner.type == "object" and _is_null(node):
                self._wrong(node, inner, follow(node))
            else:
                self.visit(node, inner)
            self._path.pop()
        self._above.pop()
        if shape.keys and not self._is_status:
            for found in duplicates.items(sequence, shape.keys, self._path):
                self._say(found)

    def _scalar(self, node: Node, scalar: Scalar, shape: Shape, key: Node | None) -> None:
        if shape.type == "any":
            return
        got = value(scalar)
        if got is None:
            if not shape.nullable:
                empty = scalar.start == scalar.end and key is not None
                self._wrong(key if empty and key is not None else node, shape, scalar)
            elif shape.demand is not None and shape.type == "string" and isinstance(self._path[-1], int):
                self._hold(node, "", shape.demand)
        elif not _fits(got, shape):
            if not self._wildcard(got):
                self._wrong(node, shape, scalar)
        elif shape.demand is not None:
            self._hold(node, got, shape.demand)

    def _hold(self, node: Node, got: Value, demand: Demand, what: str = "") -> None:
        """Check what is demanded of a value of the right type; Go takes an empty text for none, but not in a list."""
        if got == "" and not demand.judges_empty and not isinstance(self._path[-1], int):
            return
        if (isinstance(got, str) and is_open(got)) or self._is_status:
            return
        unmet = demand.unmet(got)
        if unmet is not None:
            where = f"{what}{words.place(self._path)}"
            shown = "" if self._private or what else words.instead(got)
            self._say(Violation(demand.code, node, f"{where} {unmet.must}{shown}", unmet.help, (), demand.is_risky))

    def _wildcard(self, got: Resolved) -> bool:
        """Tell whether a text stands for a value that is not known here."""
        if not isinstance(got, str):
            return False
        return VARIABLE.search(got) is not None or (self._encrypted and got.startswith("ENC["))

    def _unknown(self, key: Node, name: str, node: Node, mapping: Mapping, shape: Shape) -> None:
        if name == "<<" and is_merge(key):
            self._fields(entries_of_merge(node, mapping), shape)
        elif VARIABLE.search(name) is None:
            message, help_, near = words.unknown_field(name, self._path, self._above, self._shapes, self._subject)
            self.found.append(Violation("K003", key, message, help_))
            if near is not None:
                self._meant.add(Here(mapping, self._path).path(near))

    def _wrong(self, node: Node, shape: Shape, target: Content) -> None:
        got = words.Got(value(target), target.value) if isinstance(target, Scalar) else words.Got(target)
        message, help_ = words.wrong_type(self._path, shape, got, private=self._private)
        self.found.append(Violation("K004" if got.value is not None else "K016", node, message, help_))


def _fits(got: str | float, shape: Shape) -> bool:
    if isinstance(got, bool):
        return shape.type in {"boolean", "text"}
    if not isinstance(got, ACCEPTED.get(shape.type, ())):
        return False
    limit = LIMITS.get(shape.format or shape.type)
    return limit is None or isinstance(got, str) or -limit <= got < limit


def _has_all(mapping: Mapping, required: tuple[str, ...]) -> bool:
    """Tell whether all required fields are there without doubt."""
    if not required:
        return True
    given = {
        key.value
        for key, node in mapping.items
        if isinstance(key, Scalar) and not (isinstance(node, Scalar) and node.value in DOUBTFUL)
    }
    return given.issuperset(required)


def _is_null(node: Node) -> bool:
    target = follow(node)
    return isinstance(target, Scalar) and value(target) is None


def _key(key: Node) -> str:
    """Return the text of a key that is no plain scalar node; a collection as key is no field of anything."""
    target = follow(key)
    return target.value if isinstance(target, Scalar) else "?"
