"""Changes of fields as they may be shown: by name, with the place, and without what may be a secret."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.diff.fields import Change, Item, Op, Path, Plain, Step
from infra_tool.diff.plain import Place, place_of
from infra_tool.kustomize.render.value import Map
from infra_tool.output.private import is_private_line

HIDDEN = "(hidden)"
SECRET = "Secret"  # noqa: S105 -- a kind
VALUES = ("data", "stringData")
CIPHERTEXT = "ENC["
CREDENTIALS = re.compile(r"://[^/\s:]*:[^/\s@]+@")
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
    for op, path, before, after in changes:
        place = place_of(old if op == "remove" else new, path)
        shown = _hidden(kind, path, before), _hidden(kind, path, after)
        yield Field(op, _name(path), *shown, place, is_hidden=shown != (before, after))


def _name(path: Path) -> str:
    return "".join(_step(step) for step in path).removeprefix(".")


def _step(step: Step) -> str:
    if isinstance(step, Item):
        return f"[{'/'.join(str(value) for value in step.values if value is not None)}]"
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if PLAIN_KEY.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def _hidden(kind: str, path: Path, value: Plain) -> Plain:
    """Return a value without what may be a secret."""
    if isinstance(value, dict):
        owner = (*path[:-1], Item(("name",), (value["name"],))) if "name" in value and path else path
        return {key: _hidden(kind, (*owner, key), item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(kind, (*path, index), item) for index, item in enumerate(value)]
    if kind == SECRET and path[0] in VALUES:
        return HIDDEN if value is not None else None
    return _text(path, value) if isinstance(value, str) else value


def _text(path: Path, text: str) -> str:
    if text.startswith(CIPHERTEXT) or CREDENTIALS.search(text):
        return HIDDEN
    if "\n" in text:
        return "".join(f"{HIDDEN}\n" if is_private_line(line) else line for line in text.splitlines(keepends=True))
    key, above = path[-1], path[-2] if len(path) > 1 else ""
    names = (key, above.values[0] if isinstance(above, Item) and key == "value" else "")
    return HIDDEN if any(is_private_line(str(name)) for name in names) else text
