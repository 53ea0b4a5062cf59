"""What a rule yields: a place and words; the runner adds code, name, severity and the way into the cluster."""

from typing import NamedTuple

from infra_tool.finding import Severity
from infra_tool.splice import Splice
from infra_tool.yamldoc import Node, YamlFile
from infra_tool.yamldoc.file import NEWLINE


class Mark(NamedTuple):
    """One thing that a rule found; see Finding for the meaning of the fields.

    `severity` is for a case that the rule takes for more or less serious than its others.
    """

    path: str
    line: int
    column: int
    end_line: int | None
    end_column: int | None
    message: str
    help: str | None = None
    object: str | None = None
    fix: tuple[Splice, ...] = ()
    safe: bool = False
    severity: Severity | None = None
    fix_path: str | None = None


def at(file: YamlFile, node: Node | None, message: str, help_: str | None = None, *, about: str | None = None) -> Mark:
    """Return a mark on a node, its tag and anchor excluded; on the start of the file when there is no node.

    `about` is the object that it is about, as `Kind/namespace/name`.
    """
    if node is None:
        return Mark(file.path, 1, 1, None, None, message, help_, about)
    start, end = file.bounds(node)
    return between(file, start, end, message, help_, about=about)


def between(
    file: YamlFile, start: int, end: int, message: str, help_: str | None = None, *, about: str | None = None
) -> Mark:
    """Return a mark on code point offsets of the file's text."""
    first, last = file.position(start), file.position(end)
    return Mark(file.path, first.line, first.column, last.line, last.column, message, help_, about)


def on_line(file: YamlFile, line: int, message: str, help_: str | None = None) -> Mark:
    """Return a mark on what stands in a line, a list's dash left out."""
    written = NEWLINE.split(file.text)[line - 1]
    start = len(written) - len(written.lstrip(" -"))
    return Mark(file.path, line, start + 1, line, len(written.rstrip()) + 1, message, help_)
