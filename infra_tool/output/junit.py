"""JUnit XML, as CI servers show test results: a case for each finding, and for each thing that was not checked.

An error is a failure, as it fails the run unless told otherwise; a warning or an info is a case that passed and has
something to say, and what was not checked was skipped.
"""

from collections.abc import Iterator

from infra_tool.finding import Finding
from infra_tool.output.format import Result, printable

IS_TEXT = False

NAME = "infra-tool lint"


def lines(result: Result) -> Iterator[str]:
    """Yield the document; a clean run is one case, since a server takes a suite without cases for a broken one."""
    cases = [*map(_finding, result.findings), *(_skipped(*one) for one in result.summary.unchecked)]
    counts = (
        f"tests={_quoted(len(cases) or 1)} failures={_quoted(result.summary.errors)} errors={_quoted(0)} "
        f"skipped={_quoted(len(result.summary.unchecked))}"
    )
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<testsuites name={_quoted(NAME)}>"
    yield f"  <testsuite name={_quoted(NAME)} {counts}>"
    yield from cases or [_case(".", "no findings", "")]
    yield "  </testsuite>"
    yield "</testsuites>"


def _finding(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}:{finding.column}"
    said = {"help": finding.help, "object": finding.object, "chain": " -> ".join(finding.chain)}
    notes = [f"{name}: {text}" for name, text in said.items() if text]
    text = "\n".join(_escaped(part) for part in (f"{place}: {finding.severity}: {finding.message}", *notes))
    if finding.severity == "error":
        message, code = _quoted(finding.message), _quoted(finding.code)
        body = f"<failure message={message} type={code}>{text}</failure>"
    else:
        body = f"<system-out>{text}</system-out>"
    name = f"{finding.code} {finding.name} {finding.line}:{finding.column}"
    return _case(finding.path, name, body)


def _skipped(path: str, reason: str) -> str:
    return _case(path, f"not checked: {reason}", f"<skipped message={_quoted(reason)}/>")


def _case(path: str, name: str, body: str) -> str:
    return f"    <testcase classname={_quoted(path)} name={_quoted(name)}>{body}</testcase>"


def _escaped(text: str) -> str:
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(value: str | int) -> str:
    return '"{}"'.format(_escaped(str(value)).replace('"', "&quot;"))
