"""Rendered values as plain data, and the place where a field of one is written."""

import math
from typing import NamedTuple

from infra_tool.diff.fields import Item, Path, Plain, Step
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, value_of

SOPS = "sops"
"""What Flux takes out of an object when it decrypts it."""


class Place(NamedTuple):
    """A line of a file."""

    path: str
    line: int


def plain_object(value: Map) -> dict[str, Plain]:
    """Return an object as the cluster gets it."""
    return {key: plain(item) for key, item in value.items() if key != SOPS}


def plain(value: Value) -> Plain:
    """Return a value, every scalar as what it means; a number that is none in JSON (`.inf`, `.nan`) as text."""
    if isinstance(value, Map):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, List):
        return [plain(item) for item in value]
    found = value_of(value)
    if isinstance(found, float) and not math.isfinite(found):
        return ".nan" if math.isnan(found) else ".inf" if found > 0 else "-.inf"
    return found if found is None or isinstance(found, bool | int | float | str) else str(found)


def place_of(value: Map, path: Path) -> Place:
    """Return where a field is written; where it is not, what it would be in."""
    here: Value = value
    for step in path:
        below = _below(here, step)
        if below is None:
            break
        here = below
    return Place(here.origin.path, here.origin.line(here.node))


def _below(value: Value, step: Step) -> Value | None:
    if isinstance(value, Map) and isinstance(step, str):
        return value.get(step)
    if isinstance(value, List) and isinstance(step, int):
        return value[step] if step < len(value) else None
    if isinstance(value, List) and isinstance(step, Item):
        return next((item for item in value if isinstance(item, Map) and _is(item, step)), None)
    return None


def _is(item: Map, step: Item) -> bool:
    scalars = {key: plain(found) for key in step.keys if isinstance(found := item.get(key), Leaf)}
    return Item.of(step.keys, scalars) == step
