"""SARIF 2.1.0, as code hosts and editors read it: each finding with its region, and the rules that found something.

What was not checked is a notification of the run, so that nobody takes its silence for a verdict.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from infra_tool import __version__
from infra_tool.finding import Finding, Severity
from infra_tool.output.format import Described, Result, encodable, printable

IS_TEXT = False

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
ROOT = "%SRCROOT%"
FINGERPRINT = "ruleObjectPath/v1"
NOWHERE = "."
INTERNAL = "X001"
"""The code of a rule that failed itself."""

Json = dict[str, object]


def lines(result: Result) -> Iterator[str]:
    """Yield the one object of a run."""
    rules = result.rules()
    driver = {
        "name": "infra-tool",
        "version": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result)],
        "results": list(_results(result.findings, [rule.code for rule in rules])),
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: Described) -> Json:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "help": {"text": rule.documentation, "markdown": rule.documentation},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _invocation(result: Result) -> Json:
    """Say whether every rule went through, and name what there is no verdict on."""
    notes = [
        {"level": "note", "message": {"text": encodable(f"not checked: {reason}")}, "locations": [_place(path)]}
        for path, reason in result.summary.unchecked
    ]
    went_through = all(finding.code != INTERNAL for finding in result.findings)
    return {"executionSuccessful": went_through, "toolExecutionNotifications": notes}


def _results(findings: Sequence[Finding], codes: Sequence[str]) -> Iterator[Json]:
    seen: Counter[tuple[str | None, ...]] = Counter()
    for finding in findings:
        key = (finding.code, finding.path, finding.object)
        seen[key] += 1
        result: Json = {
            "ruleId": finding.code,
            "level": LEVELS[finding.severity],
            "message": {"text": encodable("\n".join(part for part in (finding.message, finding.help) if part))},
            "locations": [_location(finding)],
            "partialFingerprints": {FINGERPRINT: _fingerprint(*key, str(seen[key]))},
        }
        if finding.code in codes:
            result["ruleIndex"] = codes.index(finding.code)
        yield result


def _location(finding: Finding) -> Json:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    place = _place(finding.path, {name: value for name, value in region.items() if value is not None})
    if finding.object is not None:
        place["logicalLocations"] = [{"fullyQualifiedName": encodable(finding.object), "kind": "object"}]
    return place


def _place(path: str, region: Mapping[str, int] | None = None) -> Json:
    from urllib.parse import quote  # noqa: PLC0415 -- takes as long to import as the rest of the formats

    uri = quote(path, safe="/", errors="surrogateescape")
    physical: Json = {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}}
    if region and path != NOWHERE:
        physical["region"] = region
    return {"physicalLocation": physical}


def _fingerprint(*parts: str | None) -> str:
    """Return what stays the same while lines move: of the rule, file and object, and which of several it is."""
    from hashlib import sha256  # noqa: PLC0415 -- as above

    return sha256("\0".join(printable(part or "") for part in parts).encode()).hexdigest()[:32]
