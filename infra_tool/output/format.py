"""What an output format is: a module that turns findings and their summary into lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from infra_tool.finding import Finding, Severity

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What would move the cursor, colour the terminal, turn text around, or break a line in two."""


class Known(NamedTuple):
    """How many findings a baseline kept back, and how many that it has are not there any more."""

    findings: int
    gone: int


class Summary(Protocol):
    """How much was judged, and how it went."""

    @property
    def errors(self) -> int:
        """Number of findings of this severity."""

    @property
    def warnings(self) -> int:
        """Number of findings of this severity."""

    @property
    def infos(self) -> int:
        """Number of findings of this severity."""

    @property
    def files(self) -> int:
        """Number of files that were read."""

    @property
    def resources(self) -> int:
        """Number of objects that a cluster gets."""

    @property
    def unchecked(self) -> Sequence[tuple[str, str]]:
        """Paths of what no verdict was possible on, each with the reason."""

    @property
    def baseline(self) -> Known | None:
        """What a baseline did, where there is one."""


class Described(NamedTuple):
    """A rule in words: its title is the first line of its documentation, which is Markdown."""

    code: str
    name: str
    severity: Severity
    title: str
    documentation: str


def _nothing() -> Sequence[Described]:
    return ()


class Result(NamedTuple):
    """What is to be shown.

    `source` returns the content of a file, None when it cannot be read; `rules` describes those that found something.
    """

    findings: Sequence[Finding]
    summary: Summary
    source: Callable[[str], bytes | None]
    colour: bool = False
    rules: Callable[[], Sequence[Described]] = _nothing


class Format(Protocol):
    """What each module of a format defines."""

    IS_TEXT: bool
    """For people: the summary goes to stderr. A format for programs holds it, or has no place for it."""

    def lines(self, result: Result) -> Iterator[str]:
        """Yield the lines of the output, without line breaks."""
        ...


def printable(text: str) -> str:
    """Return `text` on one line, with an escape for every character that could do something to a terminal."""
    return UNPRINTABLE.sub(lambda match: _escape(match.group()), text)


def encodable(text: str) -> str:
    """Return `text` with escapes for what UTF-8 cannot hold; for a format that escapes the rest itself."""
    return text.encode("utf-8", "backslashreplace").decode()


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 -- a byte that is no UTF-8, as os.fsdecode keeps it
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()
