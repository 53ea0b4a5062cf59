"""Annotations of a CI run, as GitHub and those who follow it read them from the log."""

from collections.abc import Iterator

from infra_tool.finding import Finding, Severity
from infra_tool.output.format import Result, printable

IS_TEXT = True

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def lines(result: Result) -> Iterator[str]:
    """Yield a workflow command a finding."""
    for finding in result.findings:
        yield _command(finding)


def _command(finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": str(finding.line),
        "col": str(finding.column),
        "title": finding.code,
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = "\n".join(part for part in (finding.message, finding.help) if part)
    return f"::{LEVELS[finding.severity]} {given}::{_data(message)}"


def _data(text: str) -> str:
    """Escape what ends a command or starts an escape; see toolkit/packages/core/src/command.ts of actions."""
    kept = "%0A".join(printable(part).replace("%", "%25") for part in text.split("\n"))
    return kept.replace("\r", "%0D")


def _property(text: str) -> str:
    """Escape what ends a property, too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
