"""A file has characters that YAML does not take, or that go wrong later.

Where a line is indented by a tab, or a character is not UTF-8 or cannot be seen, nobody can read the file (an error). A
script whose first line ends with a carriage return does not start: the kernel looks for a program of that name, with
the return (a warning). Otherwise carriage returns, and a byte order mark, are only in the way (an info): a tool that
edits the file may change every line of it.

```yaml
data:
        LEVEL: debug             # a tab: use spaces
```

Fix: spaces for tabs, UTF-8 without a mark, lines that end with a line feed alone. `git config core.autocrlf input`
keeps the returns out.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.mark import Mark
from infra_tool.lint.read import is_template
from infra_tool.lint.subject import Facts, Source
from infra_tool.lint.unreadable import reason
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc.file import BOM

CODE = "Y004"
NAME = "odd-character"
SEVERITY: Severity = "error"

SCRIPT = b"#!"
RETURN, LINE_END = b"\r", b"\r\n"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- as every rule about a file
    """Yield the character that stops a reader, else the mark and the returns of a file."""
    if source.error is not None:
        if not is_template(source) and reason(source, source.error) == "character":
            line, column = source.error.line or 1, source.error.column or 1
            message = _words(source, line) or f"not YAML: {source.error.message}"
            yield Mark(source.path, line, column, None, None, message, source.error.hint)
    elif source.data.startswith(SCRIPT):
        first = source.data.partition(b"\n")[0]
        if first.endswith(RETURN):
            message = "the first line of a script ends with a carriage return: it will not start"
            yield _fixed(Mark(source.path, 1, len(first), None, None, message, severity="warning"), source)
    elif source.file is not None:
        yield from _in_the_way(source)


def _words(source: Source, line: int) -> str | None:
    """Return the words for a line that is indented by a tab."""
    text = source.data.decode(errors="replace").splitlines()[line - 1 : line]
    return "not YAML: a tab indents the line; write spaces" if text and text[0].lstrip(" ").startswith("\t") else None


def _in_the_way(source: Source) -> Iterator[Mark]:
    if source.data.startswith(BOM):
        mark = Mark(source.path, 1, 1, None, None, "the file begins with a byte order mark", severity="info")
        yield mark._replace(fix=(Splice(Span(0, len(BOM)), b""),), safe=not is_encrypted(source))
    found = source.data.find(LINE_END)
    if found >= 0:
        lines = source.data.count(LINE_END)
        line = source.data.count(b"\n", 0, found) + 1
        message = f"{lines} line{'s' * (lines > 1)} end{'s' * (lines == 1)} with a carriage return"
        yield _fixed(Mark(source.path, line, 1, None, None, message, severity="info"), source)


def _fixed(mark: Mark, source: Source) -> Mark:
    """Return a mark with the fix that takes every return before a line feed away; ciphertext stays as it is."""
    if is_encrypted(source):
        return mark
    places: list[int] = []
    place = source.data.find(LINE_END)
    while place >= 0:
        places.append(place)
        place = source.data.find(LINE_END, place + 2)
    return mark._replace(fix=tuple(Splice(Span(at, at + 1), b"") for at in places), safe=True)
