"""Field paths of replacements: names and `[key=value]` with dots between them."""

import re
from collections.abc import Iterator
from typing import Literal

from infra_tool.kustomize.render.fieldspec import parts
from infra_tool.kustomize.render.patterns import compiled, refuse_odd
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, is_null

Made = Literal["scalar", "map", "list"]
MADE = "made"
"""The tag of a scalar that was just made: its text will tell what it is."""
INDEX = re.compile(r"\+?[0-9]+")


class PathError(Exception):
    """A path that does not fit the object."""


class Place:
    """A value in its holder, where another can take its place."""

    __slots__ = ("holder", "key")

    def __init__(self, holder: Map | List, key: str | int) -> None:
        """Point at the value of a key or index."""
        self.holder = holder
        self.key = key

    @property
    def value(self) -> Value:
        """The value."""
        return self.holder[self.key]  # type: ignore[index]

    @value.setter
    def value(self, value: Value) -> None:
        self.holder[self.key] = value  # type: ignore[index]


def steps(path: str) -> tuple[str, ...]:
    r"""Return the steps of a path: `[a.b]` is the key `a.b`, `\.` a dot in a name."""
    found: list[str] = []
    rest = iter(parts(path, "."))
    for step in rest:
        if not step.startswith("[") or step.endswith("]"):
            found.append(step)
            continue
        pieces = [step]
        for piece in rest:
            pieces.append(piece)
            if piece.endswith("]"):
                break
        whole = ".".join(pieces)
        found.append(whole if "=" in whole else whole.strip("[]"))
    return tuple(found)


def lookup(root: Value, path: tuple[str, ...]) -> Value | None:
    """Return the value that a path leads to, None for none; raises PathError for a path that cannot be one."""
    here: Value | None = root
    for step in (stripped for step in path if (stripped := step.strip())):
        if here is None:
            return None
        here = _step(here, step)
    return here


def _step(here: Value, step: str) -> Value | None:
    if step == "*":
        raise PathError("* is for targets")
    if INDEX.fullmatch(step) or step == "-":
        if not isinstance(here, List):
            _refuse(here, "list")
            return None
        index = len(here) - 1 if step == "-" else int(step)
        return here[index] if 0 <= index < len(here) else None
    if _is_match(step):
        key, value = _condition(step)
        if not isinstance(here, List):
            _refuse(here, "list")
            return None
        return next((item for item in here if _is(item, key, value)), None)
    if isinstance(here, Map):
        return here.get(step)
    _refuse(here, "mapping")
    return None


def _refuse(value: Value, wanted: str) -> None:
    if not is_null(value):
        raise PathError(f"there is no {wanted}")


def _is(item: Value, key: str, value: str) -> bool:
    if not key:
        return isinstance(item, Leaf) and item.text == value
    found = item.get(key) if isinstance(item, Map) else None
    return isinstance(found, Leaf) and found.text == value


def _is_match(step: str) -> bool:
    return step.startswith("[") and step.endswith("]")


def _condition(step: str) -> tuple[str, str]:
    key, separator, value = step[1:-1].partition("=")
    if not separator:
        raise PathError(f"{step} must be [key=value]")
    return key, value


def matches(place: Place, path: tuple[str, ...], made: Made | None) -> Iterator[Place]:
    """Yield the places that a path leads to; `made` is the kind of the value if it has to be made."""
    if not path:
        yield place
        return
    step, here = path[0], place.value
    if INDEX.fullmatch(step):
        yield from _by_index(here, path, made)
    elif _is_match(step):
        yield from _by_condition(here, path, made)
    elif step == "*":
        for index in range(len(_list(here))):
            yield from matches(Place(_list(here), index), path[1:], made)
    else:
        yield from _by_name(here, path, made)


def _by_name(here: Value, path: tuple[str, ...], made: Made | None) -> Iterator[Place]:
    if is_null(here) and made is None:
        return
    if not isinstance(here, Map):
        raise PathError(f"there is no mapping that has {path[0]}")
    if path[0] not in here:
        if made is None:
            return
        here[path[0]] = _new(here, path[1:], made)
    yield from matches(Place(here, path[0]), path[1:], made)


def _by_index(here: Value, path: tuple[str, ...], made: Made | None) -> Iterator[Place]:
    items, index = _list(here), int(path[0])
    if index == len(items) and made is not None:
        items.append(_new(items, path[1:], made))
    if index >= len(items):
        raise PathError(f"there are {len(items)} items")
    yield from matches(Place(items, index), path[1:], made)


def _by_condition(here: Value, path: tuple[str, ...], made: Made | None) -> Iterator[Place]:
    key, pattern = _condition(path[0])
    items = _list(here)
    wanted = compiled(pattern)
    if wanted is None:
        raise PathError(f"{pattern} is no regular expression")
    refuse_odd(pattern, items.origin, items.node)
    found = [index for index, item in enumerate(items) if _fits(item, key, wanted)]
    if not found and made is not None:
        items.append(_with(items, key, pattern))
        found = [len(items) - 1]
    for index in found:
        yield from matches(Place(items, index), path[1:] if key else (), made)


def _fits(item: Value, key: str, pattern: re.Pattern[str]) -> bool:
    found = item.get(key) if key and isinstance(item, Map) else item if not key else None
    return isinstance(found, Leaf) and pattern.search(_source(found)) is not None


def _source(leaf: Leaf) -> str:
    quote = leaf.style if leaf.style in ("'", '"') else ""
    return f"{quote}{leaf.text}{quote}"


def _with(items: List, key: str, value: str) -> Value:
    leaf = Leaf(value, items.origin, items.node)
    if not key:
        return leaf
    item = Map(items.origin, items.node)
    item[key] = leaf
    return item


def _list(value: Value) -> List:
    if isinstance(value, List):
        return value
    if is_null(value):
        return List(value.origin, value.node)
    raise PathError("there is no list")


def _new(holder: Map | List, path: tuple[str, ...], made: Made) -> Value:
    """Return what is made on the way to a value of a kind."""
    if path:
        made = "list" if _is_match(path[0]) or INDEX.fullmatch(path[0]) else "map"
    if made == "scalar":
        return Leaf("", holder.origin, holder.node, "", MADE)
    return (List if made == "list" else Map)(holder.origin, holder.node)
