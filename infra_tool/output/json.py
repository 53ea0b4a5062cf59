"""The one JSON object of a command, with all that is known of each finding."""

import json
from collections.abc import Iterator, Mapping

from infra_tool import __version__
from infra_tool.finding import Finding
from infra_tool.output.format import Result, Summary, encodable, printable

IS_TEXT = False


def lines(result: Result) -> Iterator[str]:
    """Yield the result of lint."""
    value = {"findings": [finding_object(finding) for finding in result.findings], "summary": _summary(result.summary)}
    yield envelope("lint", "result", value)


def envelope(command: str, what: str, value: Mapping[str, object]) -> str:
    """Return the object that every command prints; `what` is `result` or `error`."""
    return json.dumps({"infra_tool": __version__, "command": command, what: value}, indent=2, ensure_ascii=False)


def finding_object(finding: Finding) -> dict[str, object]:
    """Return a finding with the fields of the contract."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "path": printable(finding.path),
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "message": encodable(finding.message),
        "help": None if finding.help is None else encodable(finding.help),
        "object": None if finding.object is None else encodable(finding.object),
        "chain": [printable(path) for path in finding.chain],
        "fixable": bool(finding.fix),
    }


def _summary(summary: Summary) -> dict[str, object]:
    return {
        "errors": summary.errors,
        "warnings": summary.warnings,
        "infos": summary.infos,
        "files": summary.files,
        "resources": summary.resources,
        "unchecked": [{"path": printable(path), "reason": encodable(reason)} for path, reason in summary.unchecked],
        "baseline": None if summary.baseline is None else summary.baseline._asdict(),
    }
