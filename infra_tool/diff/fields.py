"""What differs between two objects, field by field; the items of lists are told apart as Kubernetes does."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from infra_tool.kustomize.render.merge_keys import Shape

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
Op = Literal["add", "remove", "replace", "reorder"]

GUESSES = (("name",), ("kind", "namespace", "name"), ("key",), ("host",), ("path",))
"""What items of lists that Kubernetes knows no keys of are told apart by, where that tells all of them apart."""
DEFAULTS = {"protocol": "TCP"}
UNKNOWN = Shape()


class Item(NamedTuple):
    """A step into a list by what tells the item from others."""

    keys: tuple[str, ...]
    values: tuple[Plain, ...]

    @classmethod
    def of(cls, keys: tuple[str, ...], item: Mapping[str, Plain]) -> "Item":
        """Return what tells an item apart."""
        return cls(keys, tuple(item.get(key, DEFAULTS.get(key)) for key in keys))


Step = str | int | Item
Path = tuple[Step, ...]


class Change(NamedTuple):
    """A change of a field: `old` is None for what is added, `new` for what is removed.

    For a list in another order both are lists of `Item`s' values.
    """

    op: Op
    path: Path
    old: Plain
    new: Plain


def changes(old: Plain, new: Plain, shape: Shape = UNKNOWN, path: Path = ()) -> Iterator[Change]:
    """Yield what makes `new` of `old`, in the order in which it can be done."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _mapping(old, new, shape, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list(old, new, shape, path)
    elif type(old) is not type(new) or old != new:
        yield Change("replace", path, old, new)


def _mapping(old: dict[str, Plain], new: dict[str, Plain], shape: Shape, path: Path) -> Iterator[Change]:
    for key in sorted(old.keys() | new.keys()):
        here = (*path, key)
        if key not in new:
            yield Change("remove", here, old[key], None)
        elif key not in old:
            yield Change("add", here, None, new[key])
        else:
            yield from changes(old[key], new[key], shape.fields.get(key, UNKNOWN), here)


def _list(old: list[Plain], new: list[Plain], shape: Shape, path: Path) -> Iterator[Change]:
    if (keys := _keys(old, new, shape)) is not None:
        yield from _keyed(_by(keys, old), _by(keys, new), shape, path)
    elif len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from changes(one, other, shape, (*path, index))
    else:
        yield Change("replace", path, old, new)


def _keyed(old: dict[Item, Plain], new: dict[Item, Plain], shape: Shape, path: Path) -> Iterator[Change]:
    for item, before in old.items():
        if item not in new:
            yield Change("remove", (*path, item), before, None)
    for item, after in new.items():
        if item in old:
            yield from changes(old[item], after, shape, (*path, item))
        else:
            yield Change("add", (*path, item), None, after)
    kept = [item for item in old if item in new]
    if [*kept, *(item for item in new if item not in old)] != list(new):
        yield Change("reorder", path, _names(old), _names(new))


def _names(items: Mapping[Item, Plain]) -> Plain:
    return [item.values[0] if len(item.values) == 1 else list(item.values) for item in items]


def _by(keys: tuple[str, ...], items: Sequence[Plain]) -> dict[Item, Plain]:
    return {Item.of(keys, item): item for item in items if isinstance(item, dict)}


def _keys(old: Sequence[Plain], new: Sequence[Plain], shape: Shape) -> tuple[str, ...] | None:
    """Return the keys that tell the items of both lists apart; None where there are none."""
    known = (shape.keys,) if shape.keys else ()
    items = (*old, *new)
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    return next((keys for keys in (*known, *GUESSES) if _tell_apart(keys, old) and _tell_apart(keys, new)), None)


def _tell_apart(keys: tuple[str, ...], items: Sequence[Plain]) -> bool:
    found = [
        Item.of(keys, item) for item in items if isinstance(item, dict) and isinstance(item.get(keys[0]), str | int)
    ]
    if len(found) != len(items) or any(isinstance(value, list | dict) for item in found for value in item.values):
        return False
    return len(set(found)) == len(items)
