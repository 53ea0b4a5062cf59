"""One line a finding: `path:line:column: CODE severity: message`."""

from collections.abc import Iterator

from infra_tool.finding import Finding
from infra_tool.output.colour import BOLD, SEVERITY, paint
from infra_tool.output.format import Result, printable

IS_TEXT = True


def lines(result: Result) -> Iterator[str]:
    """Yield the findings."""
    for finding in result.findings:
        yield line(finding, colour=result.colour)


def line(finding: Finding, *, colour: bool = False) -> str:
    """Return the line of one finding."""
    place = paint(f"{printable(finding.path)}:{finding.line}:{finding.column}:", BOLD, on=colour)
    severity = paint(f"{finding.severity}:", SEVERITY[finding.severity], on=colour)
    return f"{place} {finding.code} {severity} {printable(finding.message)}"
