"""For a person at a terminal: each finding with its line of the file, what to do, and what pulls the file in."""

from collections.abc import Iterator
from itertools import pairwise

from infra_tool.finding import Finding
from infra_tool.output import concise, private
from infra_tool.output.colour import DIM, SEVERITY, paint
from infra_tool.output.format import Result, printable
from infra_tool.output.snippet import snippet, split

IS_TEXT = True

WITHHELD = "(not shown: it may hold a secret)"


def lines(result: Result) -> Iterator[str]:
    """Yield each finding, an empty line after it."""
    excerpts = _Excerpts(result)
    for finding in result.findings:
        yield concise.line(finding, colour=result.colour)
        yield from excerpts.of(finding)
        yield from _notes(finding)
        yield ""


class _Excerpts:
    """The lines of files; each file is read and split once."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._private = private.files(result.findings)
        self._lines: dict[str, list[str] | None] = {}

    def of(self, finding: Finding) -> Iterator[str]:
        """Yield the line that a finding is about, with carets below; words instead where it may hold a secret."""
        path = finding.path
        if path not in self._lines:
            self._lines[path] = self._read(path)
        text = self._lines[path]
        number = str(finding.line)
        if text is None or self._is_private_line(text, finding.line):
            yield _row(number, WITHHELD, self._result)
            return
        found = snippet(text, finding.line, finding.column, finding.end_line, finding.end_column)
        if found and found.text:
            yield _row(number, found.text, self._result)
            carets = paint(found.carets, SEVERITY[finding.severity], on=self._result.colour)
            yield _row(" " * len(number), carets, self._result)

    def _read(self, path: str) -> list[str] | None:
        """Return the lines of a file, none for one that cannot be read; None when no line may be shown."""
        if path in self._private:
            return None
        data = self._result.source(path)
        if data is None:
            return []
        return None if private.is_private(path, data) else split(data)

    def _is_private_line(self, text: list[str], number: int) -> bool:
        around = ["", *text][max(number - 1, 0) : number + 1]
        return any(private.is_private_line(line, above) for above, line in pairwise(around))


def _row(margin: str, text: str, result: Result) -> str:
    return f"{paint(f'{margin} |', DIM, on=result.colour)} {text}"


def _notes(finding: Finding) -> Iterator[str]:
    indent = " " * len(str(finding.line))
    notes = {"help": finding.help, "object": finding.object, "chain": " -> ".join(finding.chain)}
    for name, text in notes.items():
        if text:
            yield f"{indent} = {name}: {printable(text)}"
