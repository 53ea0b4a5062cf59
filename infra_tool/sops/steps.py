"""What leads from one content of a file to another, key by key; and three contents into one."""

from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from infra_tool.yamldoc import Value, same


class _Gone(Enum):
    GONE = "gone"


GONE: Final = _Gone.GONE
"""In the place of a value: there is none."""

MaybeValue = Value | _Gone
Keys = tuple[str, ...]


class Step(NamedTuple):
    """One key to set, or to remove; lists are set as a whole."""

    keys: Keys
    value: MaybeValue


def steps(old: dict[str, Value], new: dict[str, Value], above: Keys = ()) -> Iterator[Step]:
    """Iterate over the steps from one mapping to another."""
    for key in old:
        if key not in new:
            yield Step((*above, key), GONE)
    for key, value in new.items():
        here, before = (*above, key), old.get(key, GONE)
        if isinstance(value, dict) and isinstance(before, dict):
            yield from steps(before, value, here)
        elif not _same(before, value):
            yield Step(here, value)


def take(content: dict[str, Value], step: Step) -> None:
    """Take a step in a mapping, in place; what stands in the way of it is replaced."""
    *above, key = step.keys
    for name in above:
        inner = content.get(name)
        content[name] = content = inner if isinstance(inner, dict) else {}
    if step.value is GONE:
        content.pop(key, None)
    else:
        content[key] = step.value


class Merged(NamedTuple):
    """Three contents in one: at each of `conflicts`, which both sides changed in different ways, it has ours."""

    value: MaybeValue
    conflicts: tuple[Keys, ...]


def merge(base: MaybeValue, ours: MaybeValue, theirs: MaybeValue, above: Keys = ()) -> Merged:
    """Return what both sides made of `base`, mapping by mapping; a list that both changed is a conflict."""
    if _same(ours, theirs) or _same(base, theirs):
        return Merged(ours, ())
    if _same(base, ours):
        return Merged(theirs, ())
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return Merged(ours, (above,))
    before = base if isinstance(base, dict) else {}
    found: dict[str, Value] = {}
    conflicts: list[Keys] = []
    for key in dict.fromkeys((*ours, *theirs)):
        value, more = merge(before.get(key, GONE), ours.get(key, GONE), theirs.get(key, GONE), (*above, key))
        conflicts += more
        if value is not GONE:
            found[key] = value
    return Merged(found, tuple(conflicts))


def _same(one: MaybeValue, other: MaybeValue) -> bool:
    if one is GONE or other is GONE:
        return one is other
    return same(one, other)
