"""Of a report, what a change can have to do with."""

from collections.abc import Container
from dataclasses import replace

from infra_tool.finding import Finding
from infra_tool.lint.baseline import Baseline
from infra_tool.lint.report import INTERNAL, Report, counted


def affected(report: Report, before: Report, paths: Container[str]) -> Report:
    """Return what is new against the report of `before`, wherever it is, and all about the changed `paths`.

    A change in one file can be wrong for another one, which then has a finding that it did not have.
    """
    new = frozenset(Baseline.of(before.findings).unknown(report.findings))
    known = frozenset(before.summary.unchecked)

    def is_meant(finding: Finding) -> bool:
        return finding.path in paths or finding in new or finding.code == INTERNAL

    kept = (finding for finding in report.findings if is_meant(finding))
    unchecked = tuple(one for one in report.summary.unchecked if one not in known or one.path in paths)
    return counted(kept, replace(report.summary, unchecked=unchecked))
