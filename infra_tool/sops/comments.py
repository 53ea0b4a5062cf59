"""Comments of a file and the path each belongs to: sops encrypts those that stand among encrypted values."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.sops.selectors import Selector
from infra_tool.sops.walk import METADATA
from infra_tool.yamldoc import Document, Mapping, Node, Scalar, Sequence, YamlFile

COMMENT = re.compile(r"(?:(?<=[ \t])|^)#([^\r\n\x85\u2028\u2029]*)", re.MULTILINE)
LINE_END = re.compile(r"[\r\n]")


class Comment(NamedTuple):
    """A comment: its offsets in the file's text from the `#` on, its text behind it, and where it belongs.

    `path` holds the keys around it; `selected` tells whether values there are encrypted.
    """

    start: int
    end: int
    text: str
    document: int
    path: tuple[str, ...]
    selected: bool


class _Entry(NamedTuple):
    """A mapping's entry or a sequence's item: where it starts, and the path and selection of what it stands in."""

    start: int
    column: int
    path: tuple[str, ...]
    selected: bool
    own: tuple[str, ...]
    inner: bool
    depth: int
    block: bool


def comments(file: YamlFile, selector: Selector) -> Iterator[Comment]:
    """Iterate over the comments of a file in source order; those in the metadata are left out."""
    if "#" not in file.text:
        return
    for index, document in enumerate(file.documents):
        entries = list(_entries(file, document, selector))
        scalars = sorted(_scalars(document.root), key=lambda scalar: scalar.start) if document.root else []
        for start, end in _gaps(file, document, scalars):
            for match in COMMENT.finditer(file.text, start, end):
                if _starts_word(file.text, match.start()):
                    yield _placed(file, index, match, entries, selector)


def _starts_word(text: str, offset: int) -> bool:
    return offset == 0 or text[offset - 1] in " \t\r\n"


def _gaps(file: YamlFile, document: Document, scalars: list[Scalar]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a document's text outside of scalars; the header of a block scalar counts as outside."""
    here = document.start if document is not file.documents[0] else 0
    for scalar in scalars:
        yield here, scalar.start
        if scalar.style in ("|", ">") and (newline := LINE_END.search(file.text, scalar.start, scalar.end)):
            yield scalar.start, newline.start()
        here = file.bounds(scalar)[1]
    following = [later.start for later in file.documents if later.start > document.start]
    yield here, min([*following, len(file.text)])


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items:
            yield from _scalars(key)
            yield from _scalars(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)


def _entries(file: YamlFile, document: Document, selector: Selector) -> Iterator[_Entry]:
    if document.root is not None:
        outside = _Entry(0, 0, (), selector.root, (), selector.root, -1, block=True)
        yield from _inside(file, document.root, selector, outside)


def _inside(file: YamlFile, node: Node, selector: Selector, around: _Entry) -> Iterator[_Entry]:
    depth = around.depth + 1
    here = around._replace(path=around.own, selected=around.inner, depth=depth, block=not getattr(node, "flow", False))
    if isinstance(node, Mapping):
        for key, value in node.items:
            name = key.value if isinstance(key, Scalar) else ""
            entry = here._replace(
                start=key.start,
                column=file.position(key.start).column,
                own=(*around.own, name),
                inner=selector.step(name, selected=around.inner) and not (depth == 0 and name == METADATA),
            )
            yield entry
            yield from _inside(file, value, selector, entry)
    elif isinstance(node, Sequence):
        # An item's column is that of its dash, which may be that of the key around the list.
        first = file.position(node.start).column
        for item in node.items:
            entry = here._replace(start=item.start, column=first)
            yield entry
            yield from _inside(file, item, selector, entry)


def _placed(file: YamlFile, document: int, match: re.Match[str], entries: list[_Entry], selector: Selector) -> Comment:
    offset = match.start()
    column = file.position(offset).column
    index = bisect_left(entries, offset, key=lambda entry: entry.start)
    before = entries[index - 1] if index else None
    after = entries[index] if index < len(entries) else None
    line_start = max(file.text.rfind("\n", 0, offset), file.text.rfind("\r", 0, offset)) + 1
    alone = not file.text[line_start:offset].strip(" \t-")
    if before is None:
        return Comment(offset, match.end(), match[1], document, (), selector.root)
    owner = _owner(before, after, entries[:index], column if alone else None)
    return Comment(offset, match.end(), match[1], document, owner.path, owner.selected)


def _owner(before: _Entry, after: _Entry | None, past: list[_Entry], column: int | None) -> _Entry:
    """Return an entry beside which a comment stands: behind a value that value's, alone the one of its column.

    Between a key and its first entry it belongs inside, whatever its column; between two entries of one mapping, to
    that mapping; in the column of the entry that follows, to that one.
    """
    if column is None:
        return before
    if after is not None and after.depth > before.depth:
        return after
    own = next((entry for entry in _open(past) if entry.block and entry.column <= column), None)
    if after is None:
        return own or past[0]
    inside = own is not None and own.depth >= after.depth and (own.depth == after.depth or column > after.column)
    return own if own is not None and inside else after


def _open(past: list[_Entry]) -> Iterator[_Entry]:
    """Yield the last entry and those around it, innermost first."""
    depth = past[-1].depth + 1
    for entry in reversed(past):
        if entry.depth < depth:
            depth = entry.depth
            yield entry
