"""Changes of fields as they may be shown: by name, with the place, and without what may be a secret."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.diff import hidden
from infra_tool.diff.fields import Change, Item, Op, Path, Plain, Step
from infra_tool.diff.plain import Place, place_of, plain_object
from infra_tool.kustomize.render.value import Map

PLAIN_KEY = re.compile(r"[\w-]+")


class Field(NamedTuple):
    """A change of a field; `is_hidden`: a part of `old` or `new` is not told, since it may be a secret."""

    op: Op
    name: str
    old: Plain
    new: Plain
    place: Place
    is_hidden: bool


def fields(kind: str, changes: Iterator[Change], old: Map, new: Map) -> Iterator[Field]:
    """Yield the changes of an object of a kind as they may be shown."""
    wholes = plain_object(old), plain_object(new)
    for change in changes:
        place = place_of(old if change.op == "remove" else new, change.path)
        before, after = _shown(kind, change, wholes)
        is_hidden = (before, after) != (change.old, change.new)
        yield Field(change.op, _name(change.path), before, after, place, is_hidden=is_hidden)


def _shown(kind: str, change: Change, wholes: tuple[Plain, Plain]) -> tuple[Plain, Plain]:
    """Return the old and the new value without what may be a secret."""
    if change.op == "reorder":
        return hidden.names(change.old), hidden.names(change.new)
    if hidden.is_secret(kind, change.path):
        return hidden.covered(change.old), hidden.covered(change.new)
    named = any(hidden.is_named(change.path, whole) for whole in wholes)
    return hidden.shown(change.old, named=named), hidden.shown(change.new, named=named)


def _name(path: Path) -> str:
    return "".join(_step(step) for step in path).removeprefix(".")


def _step(step: Step) -> str:
    if isinstance(step, Item):
        return f"[{'/'.join(hidden.name(str(value)) for value in step.values if value is not None)}]"
    if isinstance(step, int):
        return f"[{step}]"
    text = hidden.name(step)
    return f".{text}" if PLAIN_KEY.fullmatch(text) else f"[{json.dumps(text, ensure_ascii=False)}]"
