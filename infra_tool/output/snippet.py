"""The line of a file that a finding is about, with carets below what it means."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.output.format import printable

NEWLINE = re.compile(r"\r\n|\r|\n")
TAB = 4
WIDTH = 120
BEFORE = 40
"""Of a line that is longer than WIDTH, how many columns are shown before the place; the rest follows."""


class Snippet(NamedTuple):
    """A line as it is shown, and the line below it."""

    number: int
    text: str
    carets: str


class _Cell(NamedTuple):
    """A character as it is shown, and the columns it takes."""

    shown: str
    width: int


def split(data: bytes) -> list[str]:
    """Return the lines of a file, without a byte order mark."""
    return NEWLINE.split(data.decode("utf-8", "replace").removeprefix("\ufeff"))


def snippet(lines: list[str], line: int, column: int, end_line: int | None, end_column: int | None) -> Snippet | None:
    """Return line `line` of a file with carets from `column` to the end, both from 1; None when there is none.

    What goes on below the line is marked to the line's end.
    """
    if not 1 <= line <= len(lines):
        return None
    cells = list(_cells(lines[line - 1]))
    first = min(column - 1, len(cells))
    last = len(cells) if end_line is not None and end_line > line else min((end_column or column) - 1, len(cells))
    before, marked = _width(cells[:first]), _width(cells[first:last])
    shown = "".join(cell.shown for cell in cells)
    if before + max(marked, 1) > WIDTH or _width(cells) > WIDTH:
        return _clipped(cells, first, last, line)
    return Snippet(line, shown.rstrip(), " " * before + "^" * max(marked, 1))


def _clipped(cells: list[_Cell], first: int, last: int, line: int) -> Snippet:
    """Return a window of a long line around the place."""
    start, room = first, BEFORE
    while start and (room := room - cells[start - 1].width) >= 0:
        start -= 1
    end, room = start, WIDTH
    while end < len(cells) and (room := room - cells[end].width) >= 0:
        end += 1
    left, right = "…" if start else "", "…" if end < len(cells) else ""
    shown = "".join(cell.shown for cell in cells[start:end])
    before = len(left) + _width(cells[start:first])
    marked = max(_width(cells[first : min(last, end)]), 1)
    return Snippet(line, f"{left}{shown}{right}".rstrip(), " " * before + "^" * marked)


def _width(cells: list[_Cell]) -> int:
    return sum(cell.width for cell in cells)


def _cells(text: str) -> Iterator[_Cell]:
    column = 0
    for character in text:
        cell = _cell(character, column)
        column += cell.width
        yield cell


def _cell(character: str, column: int) -> _Cell:
    if character == "\t":
        width = TAB - column % TAB
        return _Cell(" " * width, width)
    if " " <= character <= "~":
        return _Cell(character, 1)
    escaped = printable(character)
    if escaped != character:
        return _Cell(escaped, len(escaped))
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return _Cell(character, 0)
    return _Cell(character, 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1)
