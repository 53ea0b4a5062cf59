"""JSON patches (RFC 6902), as the Go library evanphx/json-patch applies them."""

import re
from collections.abc import Callable
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.render.manifest import typed
from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import Leaf, List, Map, Origin, Value, copy, is_null, value_of
from infra_tool.yamldoc import Content, Mapping, Node, Scalar, Sequence, follow, resolve_scalar

INDEX = re.compile(r"[+-]?[0-9]+")


class Operation(NamedTuple):
    """One step of a patch; `value` None is null."""

    op: str
    path: str | None
    source: str | None
    value: Value | None
    origin: Origin
    node: Node

    def error(self, message: str) -> InfraToolError:
        """Return an error at the path of the step."""
        return self.origin.error(f"{self.op} {self.path}: {message}", self.place("path"))

    def place(self, field: str) -> Node:
        """Return where the step says a field, the step itself where it does not."""
        found = self.node.get(field) if isinstance(self.node, Mapping) else None
        return found if found is not None else self.node


def operations(root: Sequence, origin: Origin) -> tuple[Operation, ...]:
    """Return the steps that a patch lists; raises InfraToolError for what is no step."""
    return tuple(_operation(follow(item), origin) for item in root.items)


def _operation(node: Content, origin: Origin) -> Operation:
    if not isinstance(node, Mapping):
        raise origin.error("a step of a JSON patch must be a mapping", node)
    fields = {key.value: value for key, value in node.pairs()}
    words = {name: _word(fields.get(name)) for name in ("op", "path", "from")}
    value = from_json(fields["value"], origin) if "value" in fields else None
    return Operation(words["op"] or "unknown", words["path"], words["from"], value, origin, node)


def _word(node: Content | None) -> str | None:
    value = resolve_scalar(node, "kustomization") if isinstance(node, Scalar) else None
    return value if isinstance(value, str) else None


def from_json(node: Content, origin: Origin) -> Value:
    """Return the value of a node that kustomize reads as YAML 1.1 and makes JSON of."""
    if isinstance(node, Scalar):
        atom = resolve_scalar(node, "kustomization")
        if isinstance(atom, str):
            return Leaf(atom, origin, node, "", "str")
        return typed(Leaf(_source(atom, node.value), origin, node), is_printed=True)
    if isinstance(node, Sequence):
        items = List(origin, node)
        items.extend([from_json(item, origin) for item in node.values()])
        return items
    found = Map(origin, node)
    for key, value in node.pairs():
        name = resolve_scalar(key, "kustomization")
        found[_source(name, key.value) if not isinstance(name, str) else name] = from_json(value, origin)
    return found


def _source(value: object, text: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else text


def apply(root: Map, steps: tuple[Operation, ...]) -> Map:
    """Change an object and return it; raises InfraToolError for a step that does not apply."""
    document: Value = typed(root, is_printed=True)
    for step in steps:
        if step.op not in OPERATIONS:
            raise step.origin.error(f"a JSON patch knows no {step.op}", step.place("op"))
        if step.path is None:
            raise step.origin.error("a step of a JSON patch needs a path", step.node)
        if step.op == "replace" and not step.path:
            document = _value(step)
            continue
        OPERATIONS[step.op](document, step)
    if not isinstance(document, Map):
        raise steps[-1].error("the object is no mapping any more")
    return document


def _value(step: Operation) -> Value:
    return copy(step.value) if step.value is not None else Leaf("null", step.origin, step.node)


def _find(document: Value, path: str, step: Operation) -> tuple[Map | List, str]:
    """Return what holds the value at a path, and the name of it there."""
    _, *names = path.split("/")
    here: Value | None = document
    if not names:
        raise step.error("a path begins with /")
    for name in names[:-1]:
        here = _get(here, _decoded(name))
    if not isinstance(here, (Map, List)):
        raise step.error("there is nothing of that path in the object")
    return here, _decoded(names[-1])


def _decoded(name: str) -> str:
    return re.sub("~[01]", lambda match: "/" if match[0] == "~1" else "~", name)


def _get(holder: Value | None, name: str) -> Value | None:
    if isinstance(holder, Map):
        return holder.get(name)
    if isinstance(holder, List) and INDEX.fullmatch(name) and -len(holder) <= int(name) < len(holder):
        return holder[int(name)]
    return None


def _index(items: List, name: str, step: Operation, *, limit: int) -> int:
    """Return the place in a list that a name means; `limit` is the number of places."""
    if not INDEX.fullmatch(name):
        raise step.error(f"{name} is no place in a list")
    index = int(name)
    if not -limit <= index < limit:
        raise step.error(f"there are {len(items)} items")
    return index + limit if index < 0 else index


def _put(holder: Map | List, name: str, value: Value, step: Operation) -> None:
    if isinstance(holder, Map):
        holder[name] = value
    elif name == "-":
        holder.append(value)
    else:
        holder.insert(_index(holder, name, step, limit=len(holder) + 1), value)


def _take(holder: Map | List, name: str, step: Operation) -> None:
    if isinstance(holder, List):
        del holder[_index(holder, name, step, limit=len(holder))]
    elif name in holder:
        del holder[name]
    else:
        raise step.error("there is nothing to remove")


def _add(document: Value, step: Operation) -> None:
    holder, name = _find(document, step.path or "", step)
    _put(holder, name, _value(step), step)


def _remove(document: Value, step: Operation) -> None:
    holder, name = _find(document, step.path or "", step)
    _take(holder, name, step)


def _replace(document: Value, step: Operation) -> None:
    holder, name = _find(document, step.path or "", step)
    if isinstance(holder, List):
        holder[_index(holder, name, step, limit=len(holder))] = _value(step)
    else:
        holder[name] = _value(step)


def _sourced(document: Value, step: Operation) -> tuple[Map | List, str, Value]:
    if step.source is None:
        raise step.error("a step of that kind needs a from")
    holder, name = _find(document, step.source, step)
    if isinstance(holder, List):
        _index(holder, name, step, limit=len(holder))
    found = _get(holder, name)
    return holder, name, Leaf("null", step.origin, step.node) if found is None else found


def _move(document: Value, step: Operation) -> None:
    holder, name, value = _sourced(document, step)
    _take(holder, name, step)
    target, key = _find(document, step.path or "", step)
    _put(target, key, value, step)


def _copy(document: Value, step: Operation) -> None:
    _, _, value = _sourced(document, step)
    target, key = _find(document, step.path or "", step)
    _put(target, key, copy(value), step)


def _test(document: Value, step: Operation) -> None:
    if not step.path:
        found: Value | None = document
    else:
        holder, name = _find(document, step.path, step)
        if isinstance(holder, List):
            _index(holder, name, step, limit=len(holder))
        found = _get(holder, name)
    if not _equal(found, step.value):
        raise step.error("the value is another one")


def _equal(one: Value | None, other: Value | None) -> bool:
    """Compare a value with that of a test; the program compares how JSON writes a number, not what it is."""
    if is_null(one) or is_null(other):
        return is_null(one) and is_null(other)
    if isinstance(one, Map) and isinstance(other, Map):
        return one.keys() == other.keys() and all(_equal(value, other[key]) for key, value in one.items())
    if isinstance(one, List) and isinstance(other, List):
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        first, second = value_of(one), value_of(other)
        if isinstance(other.node, Scalar) and not isinstance(second, (str, bool)) and other.node.value != other.text:
            name = f"a test of the number {other.node.value}"
            raise unsupported(name, path=other.origin.path, line=other.origin.line(other.node))
        return type(first) is type(second) and first == second
    return False


OPERATIONS: dict[str, Callable[[Value, Operation], None]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
