"""What a run of lint says."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from infra_tool.finding import Finding

if TYPE_CHECKING:
    from infra_tool.output import Known

INTERNAL = "X001"
"""The code of a rule that failed itself: whatever else was found, the verdict is not to be trusted."""


class Unchecked(NamedTuple):
    """Something that could not be judged, and why: it must not pass as clean. A rule may yield one."""

    path: str
    reason: str


@dataclass(frozen=True)
class Summary:
    """Counts: findings by severity, files read, objects that a cluster gets; and what was not checked.

    `baseline` is what a baseline did, where there is one.
    """

    errors: int
    warnings: int
    infos: int
    files: int
    resources: int
    unchecked: tuple[Unchecked, ...]
    baseline: "Known | None" = None


@dataclass(frozen=True)
class Report:
    """The findings, sorted, and the summary."""

    findings: tuple[Finding, ...]
    summary: Summary

    @property
    def is_broken(self) -> bool:
        """Tell whether a rule failed itself (exit 3): findings may be missing."""
        return any(finding.code == INTERNAL for finding in self.findings)


def counted(findings: Iterable[Finding], summary: Summary) -> Report:
    """Return a report with the counts that follow from its findings."""
    kept = tuple(findings)
    count = Counter(finding.severity for finding in kept)
    counts = replace(summary, errors=count["error"], warnings=count["warning"], infos=count["info"])
    return Report(kept, counts)
