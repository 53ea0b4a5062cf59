"""What is remembered of a repo that was judged in full: enough to judge a few changed files alone, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from infra_tool.finding import Finding
from infra_tool.lint.report import Report, Summary, Unchecked
from infra_tool.lint.subject import Repo, Way
from infra_tool.lint.unmoved import unmoved
from infra_tool.output import Known
from infra_tool.replay import Versions
from infra_tool.splice import Span, Splice

Plain = tuple[Any, ...]
FIELDS = tuple(field.name for field in fields(Finding))


@dataclass(frozen=True)
class Remembered:
    """The report, and the ways of each manifest that nothing else in the repo reads or changes the image of.

    The ways are plain tuples: most are never looked at again. `versions` are what `unmoved` returns, for `replay`. Of
    the `known` files a baseline speaks: what it keeps back may be another thing when they change.
    """

    report: Report
    ways: Mapping[str, Plain]
    versions: Versions
    known: frozenset[str] = frozenset()

    def ways_of(self, path: str) -> tuple[Way, ...]:
        """Return the ways of a manifest; raises KeyError for any other file."""
        return tuple(Way(*way) for way in self.ways[path])

    def plain(self) -> Plain:
        """Return it as texts, numbers, None, and tuples and dictionaries of those."""
        summary = self.report.summary
        findings = tuple(_plain(getattr(finding, name) for name in FIELDS) for finding in self.report.findings)
        counts = (summary.files, summary.resources, summary.baseline and tuple(summary.baseline))
        return findings, counts, _plain(summary.unchecked), self.ways, tuple(sorted(self.known))


def remember(repo: Repo, report: Report, known: frozenset[str] = frozenset()) -> Remembered:
    """Return what is to be remembered of a repo; of the `known` files a baseline speaks."""
    inputs = {path for build in repo.builds.values() for path, _, _ in build.inputs}
    ways = {
        path: _plain(applied.ways)
        for path, applied in repo.applied.items()
        if path not in inputs and not any(way.images for way in applied.ways)
    }
    return Remembered(report, ways, unmoved(repo, report, ways, inputs), known)


def recover(plain: Any, versions: Versions) -> Remembered:  # noqa: ANN401 -- from a file; what does not fit raises
    """Return what `Remembered.plain` was made of."""
    findings, (files, resources, baseline), unchecked, ways, known = plain
    kept = Known(*baseline) if baseline is not None else None
    summary = Summary(0, 0, 0, files, resources, tuple(Unchecked(*one) for one in unchecked), kept)
    report = Report(tuple(_finding(one) for one in findings), summary)
    return Remembered(report, ways, versions, frozenset(known))


def _finding(plain: Plain) -> Finding:
    values = dict(zip(FIELDS, plain, strict=True))
    values["fix"] = tuple(Splice(Span(*span), text) for span, text in values["fix"])
    return Finding(**values)


def _plain(value: Any) -> Any:  # noqa: ANN401 -- named tuples become tuples, all the way down
    return tuple(_plain(one) for one in value) if not isinstance(value, (str, bytes, int, type(None))) else value
