"""What is said to the person whose manifest does not fit: what is wrong, and what to write instead."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from infra_tool.repo import closest
from infra_tool.schema.shapes import Shape, Shapes, Type
from infra_tool.yamldoc import Mapping
from infra_tool.yamldoc import Sequence as YamlSequence

NAMES: dict[Type, str] = {
    "object": "a mapping",
    "map": "a mapping",
    "list": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "integer-or-string": "an integer or a string",
    "quantity": "a quantity",
    "text": "a string",
    "any": "a value",
}
KINDS: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
LONGEST = 40
"""Characters of a value that are repeated in a message."""

MEANT = "; did you mean "
"""What comes before the name of a field that is known."""

PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_-]*$")
INTEGER = re.compile(r"-?\d+$")

Value = str | int | float | bool | Mapping | YamlSequence | None
Path = Sequence[str | int]


class Got(NamedTuple):
    """What is there instead: its value, and a scalar's text as it is written."""

    value: Value
    text: str = ""


def dotted(path: Path) -> str:
    """Return a path as people write it: `spec.containers[0].env`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif PLAIN_KEY.match(step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def unknown_field(
    name: str, path: Path, above: Sequence[Shape], shapes: Shapes, subject: str
) -> tuple[str, str | None, str | None]:
    """Word an unknown field of the object at `path`; `above` are the shapes from the root down to that object.

    The third value is the field that is meant, if one is like it.
    """
    place = f" in {dotted(path)}" if path else ""
    message = f"unknown field `{name}`{place} ({subject})"
    known = above[-1].fields
    if near := closest(name, known):
        return f"{message}{MEANT}`{near}`?", f"rename it to `{near}`", near
    homes = sorted(set(_homes(name, path, above, shapes)))
    if homes:
        return message, f"`{name}` is a field of {' and of '.join(homes)}: check the indentation", None
    listed = ", ".join(sorted(known))
    return message, f"the fields here are {listed}" if known and len(listed) <= 2 * LONGEST else None, None


def _homes(name: str, path: Path, above: Sequence[Shape], shapes: Shapes) -> Iterator[str]:
    """Find where a field would be known: one level further in, or anywhere further out."""
    for depth, shape in enumerate(above[:-1]):
        if name in shape.fields:
            yield f"`{dotted(path[:depth])}`" if depth else "the object itself"
    for field, inner in above[-1].fields.items():
        child = shapes.resolve(inner)
        item = shapes.resolve(child.item) if child.type == "list" and child.item else child
        if name in item.fields and field != "status":
            yield f"`{dotted((*path, field))}{'[]' if child.type == 'list' else ''}`"


def place(path: Path) -> str:
    """Return the field at a path and what it is in: `replicas` in spec."""
    parent = len(path) - 1
    while parent > 0 and isinstance(path[parent], int):
        parent -= 1
    name, above = f"{path[parent]}{dotted(path[parent + 1 :])}", dotted(path[:parent])
    return f"`{name}` in {above}" if above else f"`{name}`"


def instead(got: str | float) -> str:
    """Return what is there instead, as the end of a sentence; nothing for what is too long to show."""
    text = str(got)
    if len(text) > LONGEST or "\n" in text:
        return ""
    return f', not "{text}"' if isinstance(got, str) else f", not {text}"


def wrong_type(path: Path, shape: Shape, got: Got, *, private: bool) -> tuple[str, str | None]:
    """Word a value of the wrong type; `private` leaves the value itself out."""
    where = place(path)
    message = f"{where} must be {NAMES[shape.type]}, not {_describe(got, private=private)}"
    if isinstance(got.value, int) and not isinstance(got.value, bool) and shape.type == "integer":
        return f"{where} does not fit into {shape.format.removeprefix('int')} bits", None
    return message, _advice(shape, got, private=private)


def _describe(got: Got, *, private: bool) -> str:
    noun = KINDS.get(type(got.value))
    if noun is None:
        return "null" if got.value is None else _article("list" if isinstance(got.value, YamlSequence) else "mapping")
    if private or len(got.text) > LONGEST:
        return _article(noun)
    return f'the string "{got.text}"' if noun == "string" else f"the {noun} {got.text}"


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _advice(shape: Shape, got: Got, *, private: bool) -> str | None:
    """Say what to write instead, where that is clear."""
    shown = not private and len(got.text) <= LONGEST
    help_: str | None = None
    match shape.type, got.value:
        case _, None:
            help_ = "give it a value, or remove the line where the field is not needed"
        case "list", Mapping() | str():
            help_ = "start each item of the list with `- `"
        case (("object" | "map"), YamlSequence()):
            help_ = "write `key: value` lines without `- `"
        case "integer", str() if INTEGER.match(got.text):
            help_ = f"remove the quotes: {got.text}" if shown else "remove the quotes"
        case "boolean", _:
            help_ = "write true or false, without quotes"
        case "string", bool() | int() | float():
            help_ = f'put it in quotes: "{got.text}"' if shown else "put it in quotes"
        case "quantity", bool():
            help_ = "a quantity is a number with or without a unit, such as 2, 500m or 128Mi"
        case _:
            pass
    return help_
