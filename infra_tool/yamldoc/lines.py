"""Lines of a text by offsets, and the entries of block collections as ranges of lines."""

import re
from typing import NamedTuple

from infra_tool.yamldoc import extent
from infra_tool.yamldoc.ancestry import refuse
from infra_tool.yamldoc.file import NEWLINE, YamlFile
from infra_tool.yamldoc.nodes import Mapping, Node, Scalar, Sequence

COLON = re.compile(r"\s*:")
EXPLICIT = "the key is written with `?`"


class Entry(NamedTuple):
    """An entry of a mapping (from its key) or of a block sequence (from its dash), up to the end of its value."""

    start: int
    end: int


def line_start(text: str, offset: int) -> int:
    """Return where the line of `offset` starts."""
    start = text.rfind("\n", 0, offset) + 1
    return max(start, text.rfind("\r", start, offset) + 1)


def line_end(text: str, offset: int) -> int:
    """Return where the line of `offset` ends, before its line break."""
    match = NEWLINE.search(text, offset)
    return match.start() if match else len(text)


def below(text: str, end: int) -> int:
    """Return the start of the line below what ends at `end`; the end of the text when there is none."""
    if end and text[end - 1] in "\r\n":
        return end
    match = NEWLINE.search(text, end)
    return match.end() if match else len(text)


def newline(text: str) -> str:
    """Return the line break a text uses, going by its first."""
    match = NEWLINE.search(text)
    return match.group() if match else "\n"


def column(text: str, offset: int) -> int:
    """Return how many characters stand before `offset` on its line."""
    return offset - line_start(text, offset)


def starts_line(text: str, offset: int) -> bool:
    """Say whether nothing but blanks stands before `offset` on its line."""
    return not text[line_start(text, offset) : offset].strip(" ")


def entries(file: YamlFile, collection: Mapping | Sequence) -> list[Entry]:
    """Return the entries of a collection; of a flow sequence, the items themselves.

    Raises EditError for a mapping with a key written with `?`.
    """
    text = file.text
    if isinstance(collection, Mapping):
        return [_pair(file, key, value) for key, value in collection.items]
    if collection.flow:
        return [Entry(item.start, extent.end(text, item)) for item in collection.items]
    first = extent.start(text, collection)
    dash = column(text, first)
    return [Entry(_dash(text, item, dash), extent.end(text, item)) for item in collection.items]


def _pair(file: YamlFile, key: Node, value: Node) -> Entry:
    if not isinstance(key, Scalar) or file.text[line_start(file.text, key.start) : key.start].rstrip(" ").endswith("?"):
        raise refuse(file, key, EXPLICIT)
    return Entry(key.start, max(extent.end(file.text, value), colon(file, key)))


def colon(file: YamlFile, key: Scalar) -> int:
    """Return the offset behind the colon of a key; of a key without one in a flow mapping, its end."""
    end = extent.end(file.text, key)
    match = COLON.match(file.text, end)
    return match.end() if match else end


def _dash(text: str, item: Node, dash: int) -> int:
    """Return the dash of an item; it may stand lines above the item's own text."""
    start = line_start(text, item.start)
    while text[start + dash : start + dash + 1] != "-" or start + dash > item.start:
        start = line_start(text, start - 1)
    return start + dash
