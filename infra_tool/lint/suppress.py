"""Comments that suppress findings: `# infra-tool: ignore[I002] reason`.

Behind something, a comment is for that line; on a line of its own, for the next line that is not a comment. Above the
first key of a document it is for the whole document, and in the first comment block of a file for the whole file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from infra_tool.lint.subject import Source
from infra_tool.yamldoc import Scalar, YamlFile
from infra_tool.yamldoc.ancestry import nodes
from infra_tool.yamldoc.file import NEWLINE

MARK = b"infra-tool:"
COMMENT = re.compile(r"(?:^|(?<=\s))#[ \t]*infra-tool:[ \t]*ignore\b(?:\[([^\]\n]*)\])?", re.MULTILINE)
WORD = re.compile(r"[^\s,]+")
NOTHING = re.compile(r"\s*(?:#.*|---(?:\s.*)?|%.*)?")
"""A line that says nothing: blank, a comment, or the start of a document."""
LAST = 1 << 60
"""Behind the last line of every file."""


@dataclass(frozen=True)
class Word:
    """A rule that a comment names, by code or name; `first` and `last` are the lines for which it does."""

    text: str
    path: str
    line: int
    column: int
    first: int
    last: int


@dataclass(frozen=True)
class Comment:
    """A comment that suppresses; one without words names no rule."""

    path: str
    line: int
    column: int
    words: tuple[Word, ...]


def comments(source: Source) -> tuple[Comment, ...]:
    """Return the comments of a file that suppress findings; in a file that is not YAML, all that look like one."""
    if MARK not in source.data:
        return ()
    file = source.file or YamlFile(source.path, source.data, source.data.decode(errors="replace"), ())
    return tuple(_Comments(file).found())


@dataclass(frozen=True)
class _Comments:
    """Finds the comments of one file."""

    file: YamlFile = field(repr=False)

    def found(self) -> Iterator[Comment]:
        for match in COMMENT.finditer(self.file.text):
            if not self._is_in_scalar(match.start()):
                place = self.file.position(match.start())
                words = tuple(self._words(match, *self._covered(place.line)))
                yield Comment(self.file.path, *place, words)

    def _words(self, match: re.Match[str], first: int, last: int) -> Iterator[Word]:
        for word in WORD.finditer(match[1] or ""):
            place = self.file.position(match.start(1) + word.start())
            yield Word(word[0], self.file.path, *place, first, last)

    @cached_property
    def _lines(self) -> list[str]:
        return NEWLINE.split(self.file.text)

    @cached_property
    def _first(self) -> int:
        """The first line that says something."""
        return self._following(1)

    def _following(self, line: int) -> int:
        """Return the first line from `line` on that says something."""
        while line <= len(self._lines) and NOTHING.fullmatch(self._lines[line - 1]):
            line += 1
        return line

    def _covered(self, line: int) -> tuple[int, int]:
        if line < self._first:
            return 1, LAST
        if not NOTHING.fullmatch(self._lines[line - 1]):
            return line, line
        following = self._following(line)
        for document in self.file.documents:
            if document.root is not None and self.file.line(document.root) == following:
                return line, self.file.position(document.end).line
        return following, following

    def _is_in_scalar(self, offset: int) -> bool:
        return any(start <= offset < end for start, end in self._scalars)

    @cached_property
    def _scalars(self) -> list[tuple[int, int]]:
        """Where scalars are that may hold what looks like a comment."""
        return [self.file.bounds(node) for node in nodes(self.file) if isinstance(node, Scalar) and node.style]
