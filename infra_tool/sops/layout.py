"""Where the metadata stands in a file, and how it is indented."""

import re
from collections.abc import Iterator

from infra_tool.sops.walk import METADATA
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import Mapping, YamlFile

MARKER = re.compile(r"^(?:---|\.\.\.)(?=\s|$)", re.MULTILINE)
REST_OF_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
INDENTS = range(2, 10)
DEFAULT_INDENT = 2


def found_indent(file: YamlFile) -> int:
    """Return by how much a file indents its nested mappings; 2 when that cannot be seen."""
    for document in file.documents:
        for _, value in document.root.pairs() if isinstance(document.root, Mapping) else ():
            if isinstance(value, Mapping) and not value.flow and value.items:
                step = file.position(value.items[0][0].start).column - 1
                return step if step in INDENTS else DEFAULT_INDENT
    return DEFAULT_INDENT


def appended(file: YamlFile, block: str) -> Iterator[Splice]:
    """Return the splices that add a block, with the file's line ends, to every document that has content."""
    ending = "\r\n" if "\r\n" in file.text else "\n"
    for document in file.documents:
        if document.root is None:
            continue
        marker = MARKER.search(file.text, file.bounds(document.root)[1])
        offset = marker.start() if marker else len(file.text)
        unended = not file.text[:offset].endswith(("\n", "\r"))
        place = file.byte(offset)
        text = (ending if unended else "") + block.replace("\n", ending)
        yield Splice(Span(place, place), text.encode())


def blocks(file: YamlFile) -> Iterator[tuple[int, int]]:
    """Yield the code point offsets of the metadata of each document, whole lines."""
    for document in file.documents:
        root = document.root
        key = root.key(METADATA) if isinstance(root, Mapping) else None
        block = root.get(METADATA) if isinstance(root, Mapping) else None
        if key is None or block is None:
            continue
        end = file.bounds(block)[1]
        rest = REST_OF_LINE.match(file.text, end) if file.text[end - 1] not in "\r\n" else None
        yield key.start, rest.end() if rest else end


def removed(file: YamlFile) -> Iterator[Splice]:
    """Return the splices that take the metadata out."""
    for start, end in blocks(file):
        yield Splice(Span(file.byte(start), file.byte(end)), b"")


def source(file: YamlFile) -> str:
    """Return the text of the first document's metadata, with plain line feeds and a final one."""
    start, end = next(blocks(file))
    text = file.text[start:end].replace("\r\n", "\n")
    return text if text.endswith("\n") else f"{text}\n"
