"""A parsed YAML file: its bytes, its documents, and where each node lies."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.splice import Span
from infra_tool.yamldoc import extent
from infra_tool.yamldoc.nodes import Content, Node

BOM = b"\xef\xbb\xbf"
SUFFIXES = (".yaml", ".yml")
"""How the name of a YAML file ends."""

NEWLINE = re.compile(r"\r\n|\r|\n")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class YamlError(InfraToolError):
    """A file is not YAML, or not UTF-8 (exit 3). `column` counts code points from 1."""

    code = "yaml"

    def __init__(self, message: str, *, path: str, line: int, column: int = 1) -> None:
        """Keep the column for linters."""
        super().__init__(message, path=path, line=line)
        self.column = column


class Position(NamedTuple):
    """A place as editors show it: both from 1, the column in code points."""

    line: int
    column: int


@dataclass(frozen=True)
class Document:
    """One document of a file; `root` is None when it is empty (nothing but comments)."""

    root: Content | None
    start: int
    end: int


@dataclass(frozen=True)
class YamlFile:
    """A YAML file as read. Node offsets count code points of `text`, which has no byte order mark."""

    path: str
    data: bytes = field(repr=False)
    text: str = field(repr=False)
    documents: tuple[Document, ...] = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in NEWLINE.finditer(self.text))]

    @cached_property
    def _wide(self) -> tuple[list[int], list[int]]:
        """Offsets of the characters that are not ASCII, and the bytes beyond one a character up to and with each."""
        places: list[int] = []
        extra: list[int] = []
        total = 0
        if not self.text.isascii():
            for match in NOT_ASCII.finditer(self.text):
                total += len(match.group().encode()) - 1
                places.append(match.start())
                extra.append(total)
        return places, extra

    def position(self, offset: int) -> Position:
        """Return line and column of a code point offset."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def byte(self, offset: int) -> int:
        """Return the byte offset in `data` of a code point offset in `text`."""
        places, extra = self._wide
        index = bisect_right(places, offset - 1)
        return offset + (extra[index - 1] if index else 0) + (len(BOM) if self.data.startswith(BOM) else 0)

    def bounds(self, node: Node) -> tuple[int, int]:
        """Return the code point offsets of a node's own text, its anchor and tag excluded.

        A block scalar goes up to and with the end of its last line.
        """
        return extent.start(self.text, node), extent.end(self.text, node)

    def span(self, node: Node) -> Span:
        """Return the bytes of a node's own text, anchor and tag excluded."""
        start, end = self.bounds(node)
        return Span(self.byte(start), self.byte(end))

    def line(self, node: Node) -> int:
        """Return the line on which a node starts."""
        return self.position(node.start).line
