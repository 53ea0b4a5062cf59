"""What is known is not told, whatever line it is on; what is new, and more of the known, is."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from findings import IMAGE
from hypothesis import given
from hypothesis import strategies as st

from infra_tool.errors import UsageError
from infra_tool.finding import Finding
from infra_tool.lint import baseline
from infra_tool.lint.baseline import Baseline
from infra_tool.lint.report import Report, Summary, counted
from infra_tool.output import Known

WARNING = replace(IMAGE, code="I015", name="never-deployed", severity="warning")


def report(*findings: Finding) -> Report:
    return counted(findings, Summary(0, 0, 0, 1, 1, ()))


def known(*findings: Finding) -> Baseline:
    return baseline.parse(baseline.dump(findings), "b.json")


def left(before: Iterable[Finding], now: Iterable[Finding]) -> Report:
    return known(*before).without_known(report(*now))


def test_what_is_known_is_counted_and_not_told() -> None:
    found = left([IMAGE, WARNING], [IMAGE, WARNING])
    assert found.findings == ()
    assert (found.summary.errors, found.summary.warnings, found.summary.baseline) == (0, 0, Known(2, 0))


@pytest.mark.parametrize(
    "moved",
    [replace(IMAGE, line=90, end_line=90), replace(IMAGE, message="other words"), replace(IMAGE, severity="warning")],
    ids=["line", "message", "severity"],
)
def test_a_finding_is_known_by_rule_file_and_object(moved: Finding) -> None:
    assert left([IMAGE], [moved]).findings == ()


@pytest.mark.parametrize(
    "new",
    [replace(IMAGE, code="I003"), replace(IMAGE, path="b.yaml"), replace(IMAGE, object="Pod/a/b")],
    ids=["rule", "file", "object"],
)
def test_anything_else_is_new(new: Finding) -> None:
    found = left([IMAGE], [IMAGE, new])
    assert found.findings == (new,)
    assert found.summary.baseline == Known(1, 0)


def test_of_more_than_there_were_all_are_told() -> None:
    second = replace(IMAGE, line=9)
    found = left([IMAGE], [IMAGE, second])
    assert found.findings == (IMAGE, second)
    assert found.summary.errors == 2
    assert found.summary.baseline == Known(0, 0)


def test_what_is_gone_is_counted() -> None:
    assert left([IMAGE, replace(IMAGE, line=9), WARNING], [IMAGE]).summary.baseline == Known(1, 2)


def test_a_rule_that_failed_is_never_known() -> None:
    broken = replace(IMAGE, code="X001")
    assert left([broken], [broken]).findings == (broken,)


def test_the_file_is_sorted_and_has_a_line_for_each() -> None:
    without = replace(IMAGE, object=None, path="b\udcff.yaml")
    text = baseline.dump([WARNING, IMAGE, without, replace(IMAGE, line=9)])
    assert text.decode().splitlines() == [
        '{"version": 1, "findings": [',
        '  {"rule": "I002", "path": "apps/web/deployment.yaml", "object": "Deployment/web/web", "count": 2},',
        '  {"rule": "I015", "path": "apps/web/deployment.yaml", "object": "Deployment/web/web", "count": 1},',
        '  {"rule": "I002", "path": "b\\udcff.yaml", "object": null, "count": 1}',
        "]}",
    ]
    assert known(without).without_known(report(without)).findings == ()


def test_no_findings_are_a_baseline_too() -> None:
    assert known().without_known(report(IMAGE)).findings == (IMAGE,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a baseline"),
        ("[]", "is not a baseline"),
        ("{}", "is not a baseline"),
        ('{"version": 2, "findings": []}', "version 2 of a baseline is not known here"),
        ('{"version": 1, "findings": [{}]}', "is not a baseline"),
        ('{"version": 1, "findings": [{"rule": 1, "path": "a", "object": null, "count": 1}]}', "is not a baseline"),
        ('{"version": 1, "findings": 3}', "is not a baseline"),
    ],
)
def test_what_is_no_baseline(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        baseline.parse(text.encode(), "b.json")
    assert error.value.path == "b.json"


FINDINGS = st.builds(
    lambda code, path, about, line: replace(IMAGE, code=code, path=path, object=about, line=line),
    st.sampled_from(["I002", "T001"]), st.sampled_from(["a", "b"]), st.sampled_from([None, "Pod/a/b"]),
    st.integers(1, 5),
)  # fmt: skip


@given(st.lists(FINDINGS, max_size=6, unique=True))
def test_a_repo_is_clean_against_its_own_baseline(findings: list[Finding]) -> None:
    found = left(findings, findings)
    assert found.findings == ()
    assert found.summary.baseline == Known(len(findings), 0)
