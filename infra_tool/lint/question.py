"""What is asked of lint, and the answer: everything that is printed, and the exit code."""

import os
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from infra_tool import git, output
from infra_tool.edits import Tree, shown
from infra_tool.errors import EXIT_FAILURE, EXIT_FINDINGS, EXIT_OK, InfraToolError, UsageError
from infra_tool.finding import SEVERITIES, Finding, Severity
from infra_tool.lint import baseline
from infra_tool.lint.baseline import Baseline
from infra_tool.lint.report import Report, Unchecked
from infra_tool.output import Described, Result
from infra_tool.replay import Answer


class Keyed(NamedTuple):
    """What was found with private keys, and what could not be opened with them."""

    findings: Iterable[Finding]
    unchecked: Iterable[Unchecked]


@dataclass(frozen=True)
class Question:
    """Which tree of the infra repo at `root`, judged how, and how the answer looks.

    `staged` means the index, `rev` a commit; neither, the work tree. `paths` (repo-relative) narrow what is told, not
    what is judged. `select` replaces the configured one, `ignore` adds to it; `kubernetes` are versions to judge for
    instead of the configured one. `baseline` counts instead of that of the tree. `since` narrows what is told to what
    changed. `keyed` finds what takes private keys to find.
    """

    root: Path
    staged: bool = False
    rev: str | None = None
    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    kubernetes: tuple[str, ...] = ()
    baseline: Baseline | None = None
    since: git.Since | None = None
    keyed: Callable[[Tree], Keyed] | None = None
    format: str = "concise"
    colour: bool = False
    fail_on: Severity = "error"

    @property
    def is_plain(self) -> bool:
        """Tell whether all of the index is asked about, judged as configured: what a hook asks."""
        narrowed = self.paths or self.select or self.ignore or self.kubernetes or self.baseline or self.since
        return self.staged and not narrowed and self.keyed is None


def tree(question: Question) -> Tree:
    """Return the tree that is asked about; raises UsageError for a revision that does not exist."""
    if question.staged:
        return git.IndexTree(question.root)
    if question.rev is not None:
        return git.CommitTree(question.root, question.rev)
    return git.WorkTree(question.root)


def answered(report: Report, question: Question, tree: Callable[[], Tree]) -> Answer:
    """Return the answer that a report means; `tree` is called where a line of a file is to be shown."""
    notes = output.summary.lines(report.summary) if output.FORMATS[question.format].IS_TEXT else ()
    out = written(report, question.format, tree, colour=question.colour)
    return Answer(out, _text(notes), _code(report, question.fail_on))


def written(report: Report, format_: str, tree: Callable[[], Tree], *, colour: bool = False) -> str:
    """Return a report in a format."""
    codes = {finding.code for finding in report.findings}
    result = Result(report.findings, report.summary, _source(tree), colour, lambda: tuple(_described(codes)))
    return _text(output.FORMATS[format_].lines(result))


def _described(codes: Container[str]) -> Iterator[Described]:
    # Only a format that describes rules needs their texts.
    from infra_tool.lint import catalogue  # noqa: PLC0415
    from infra_tool.lint.registry.every import RULES  # noqa: PLC0415

    for rule in RULES:
        if rule.CODE in codes:
            yield Described(rule.CODE, rule.NAME, rule.SEVERITY, catalogue.title(rule), catalogue.documentation(rule))


def where(question: Question) -> str:
    """Return the words for the tree that is asked about."""
    return "the index" if question.staged else question.rev or "the work tree (git may ignore it)"


def known(question: Question, tree: Tree, file: Path, here: Path) -> Question:
    """Return the question with the baseline `file`, as typed in `here`: of the tree, or from outside of the repo.

    Raises UsageError where there is none.
    """
    place = os.path.relpath(here / file, question.root)
    try:
        data = (here / file).read_bytes() if place.startswith("../") else tree.read(place)
    except (OSError, InfraToolError) as error:
        raise UsageError(f"there is no baseline {place} in {where(question)}") from error
    return replace(question, baseline=baseline.parse(data, shown(place)))


def _source(tree: Callable[[], Tree]) -> Callable[[str], bytes | None]:
    """Return how to read a file for showing a line of it: one that cannot be read has none."""
    once = cache(tree)

    def read(path: str) -> bytes | None:
        try:
            return once().read(path)
        except InfraToolError:
            return None

    return read


def _code(report: Report, fail_on: Severity) -> int:
    if report.is_broken:
        return EXIT_FAILURE
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return EXIT_FINDINGS if any(finding.severity in failing for finding in report.findings) else EXIT_OK


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def below(root: Path, paths: Iterable[str], here: Path) -> Iterator[str]:
    """Yield `paths`, as typed in the directory `here`, as paths below the root; the root itself narrows nothing.

    Raises UsageError for one outside of the repo.
    """
    for path in paths:
        directory, name = os.path.split(os.path.normpath(here / path))
        place = os.path.relpath(os.path.join(os.path.realpath(directory), name), root.resolve())  # noqa: PTH118 -- a link that is named is meant itself
        if place == ".." or place.startswith("../"):
            raise UsageError(f"{path} is outside of the infra repo {root}")
        if place != ".":
            yield place
