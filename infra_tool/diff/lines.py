"""The change of a field as lines: a short one on one line, a text of several lines or a list as what goes and comes."""

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from infra_tool.diff.fields import Op, Plain
from infra_tool.diff.shown import Field
from infra_tool.output.format import printable
from infra_tool.yamldoc import is_mistakable

LONGEST = 200
"""Characters of one value; the rest is counted."""
CONTEXT = 1
"""Lines that stay, before and after what changes in a text."""
MOST = 1000
"""Lines of the old or the new text, from the first to the last that changes, that are compared; more are counted."""


CHANGED = "changed"
"""The note of a value that is hidden before and after."""
NOTES: dict[Op, str] = {"add": "new", "remove": "removed", "replace": "", "reorder": ""}


class Told(NamedTuple):
    """A field: its old and new value where they are short, None for one that is not there, else `rest`; and a note."""

    name: str
    old: str | None
    new: str | None
    note: str = ""
    rest: tuple[str, ...] = ()


def told(field: Field) -> Told:
    """Return the change of a field as lines."""
    name = printable(field.name)
    if field.op == "reorder":
        return Told(f"{name}, order", _short(field.old), _short(field.new))
    if field.old == field.new:
        return Told(name, None, _short(field.new), CHANGED)
    if _is_long(field.old) or _is_long(field.new):
        return Told(name, None, None, NOTES[field.op], tuple(_compared(_parts(field.old), _parts(field.new))))
    old = None if field.op == "add" else _short(field.old)
    new = None if field.op == "remove" else _short(field.new)
    return Told(name, old, new, NOTES[field.op])


def _is_long(value: Plain) -> bool:
    return (isinstance(value, str) and "\n" in value) or (isinstance(value, (list, dict)) and len(value) > 1)


def _parts(value: Plain) -> list[str]:
    """Return a value as lines: those of a text, the items of a list, the entries of a mapping."""
    if value is None:
        return []
    if isinstance(value, str):
        return [_cut(line) for line in value.splitlines()]
    if isinstance(value, list):
        return [f"- {_short(item)}" for item in value]
    if isinstance(value, dict):
        return [f"{printable(key)}: {_short(item)}" for key, item in value.items()]
    return [_short(value)]


def _compared(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield what goes with `-`, what comes with `+`, and the lines around it."""
    start, end = _same(old, new)
    if (changed := max(len(old), len(new)) - start - end) > MOST:
        yield f"  {changed} lines changed"
        return
    start, end = max(start - CONTEXT, 0), max(end - CONTEXT, 0)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        for tag, first, last, new_first, new_last in group:
            if tag == "equal":
                yield from (f"  {line}" for line in old[first:last])
            else:
                yield from (f"- {line}" for line in old[first:last])
                yield from (f"+ {line}" for line in new[new_first:new_last])


def _same(old: list[str], new: list[str]) -> tuple[int, int]:
    """Return how many lines at the start and at the end are the same: a comparison of all takes their square."""
    least = min(len(old), len(new))
    start = next((index for index in range(least) if old[index] != new[index]), least)
    rest = least - start
    end = next((index for index in range(rest) if old[-1 - index] != new[-1 - index]), rest)
    return start, end


def _short(value: Plain) -> str:
    """Return a value on one line; a text without quotes, unless it could be taken for something else."""
    if isinstance(value, str) and value and value == value.strip() and not is_mistakable(value):
        return _cut(value)
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    rest = len(text) - LONGEST
    return printable(text if rest <= 0 else f"{text[:LONGEST]}... ({rest} more characters)")
