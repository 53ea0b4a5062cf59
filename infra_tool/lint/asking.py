"""Judge the tree that a question is about."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from infra_tool import git, repo
from infra_tool.edits import Tree, is_directory, shown
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.finding import Finding
from infra_tool.lint import baseline, engine
from infra_tool.lint.changed import affected
from infra_tool.lint.question import Question, where
from infra_tool.lint.registry.every import RULES
from infra_tool.lint.remembered import Remembered, remember
from infra_tool.lint.report import INTERNAL, Report, Summary, counted
from infra_tool.lint.selection import Selection
from infra_tool.lint.subject import Repo

CONFLICT = "Y003"
"""The rule about merge conflicts; the index has them without any marker in a file."""


class Judged(NamedTuple):
    """A repo, what is wrong with it, and the files that a baseline speaks of."""

    repo: Repo
    report: Report
    known: frozenset[str]

    def remembered(self) -> Remembered:
        """Return what is worth remembering of it."""
        return remember(self.repo, self.report, self.known)


def ask(question: Question, tree: Tree) -> tuple[Report, Judged]:
    """Judge `tree`; return what is told of it, and what was judged.

    Raises UsageError for a path that the tree does not hold.
    """
    _check_paths(tree, question)
    found = _judged(tree, question)
    told = _narrowed(found.report, question.paths)
    if question.since is not None:
        told = affected(told, _before(question, question.since), question.since.paths)
    return told, found


def _before(question: Question, since: git.Since) -> Report:
    """Return what was wrong before; a tree that could not be judged says nothing of what is new."""
    try:
        return _judged(git.CommitTree(question.root, since.revision), question).report
    except InfraToolError:
        return Report((), Summary(0, 0, 0, 0, 0, ()))


def _check_paths(tree: Tree, question: Question) -> None:
    for path in question.paths:
        if path not in tree.entries and not is_directory(tree, path):
            raise UsageError(f"there is no {path} in {where(question)}")


def _judged(tree: Tree, question: Question) -> Judged:
    """Return the report; for several versions of Kubernetes what holds for at least one of them."""
    config = repo.load_config(tree)
    rules = replace(
        config.lint, select=question.select or config.lint.select, ignore=(*config.lint.ignore, *question.ignore)
    )
    versions = question.kubernetes or (config.kubernetes,)
    stated = config.stated | {"kubernetes"} if question.kubernetes else config.stated
    conflicts = tree.unmerged if isinstance(tree, git.IndexTree) else ()
    examined = [
        engine.examine(tree, replace(config, lint=rules, kubernetes=version, stated=stated)) for version in versions
    ]
    (judged, first), *_ = examined
    found = dict.fromkeys(finding for _, report in examined for finding in report.findings)
    found |= dict.fromkeys(_unmerged(path) for path in conflicts)
    unchecked = dict.fromkeys(one for _, report in examined for one in report.summary.unchecked)
    if question.keyed is not None:
        keyed = question.keyed(tree)
        found |= dict.fromkeys(_chosen(keyed.findings, Selection(rules)))
        unchecked |= dict.fromkeys(keyed.unchecked)
    report = counted(sorted(found), replace(first.summary, unchecked=tuple(sorted(unchecked))))
    known = question.baseline or baseline.find(tree)
    return Judged(judged, known.without_known(report), known.paths) if known else Judged(judged, report, frozenset())


def _chosen(findings: Iterable[Finding], selection: Selection) -> Iterator[Finding]:
    """Yield the findings of rules that count, as seriously as configured."""
    rules = {rule.CODE: rule for rule in RULES}
    for finding in findings:
        rule = rules[finding.code]
        if selection.runs(rule) and not selection.is_ignored(finding.path, rule):
            yield replace(finding, severity=selection.severity(rule, finding.severity))


def _unmerged(path: str) -> Finding:
    """Return the finding for a file that the index holds several versions of: what would be committed is open."""
    message = "not merged: the index holds both sides of a conflict"
    name = "".join(rule.NAME for rule in RULES if rule.CODE == CONFLICT)
    return Finding(shown(path), 1, 1, CONFLICT, message, name, help="resolve it, then git add")


def _narrowed(report: Report, paths: tuple[str, ...]) -> Report:
    """Return what a report says about some paths; that a rule failed is about all of them."""
    if not paths:
        return report

    def is_meant(path: str) -> bool:
        return any(path == one or path.startswith(f"{one}/") for one in paths)

    kept = (finding for finding in report.findings if is_meant(finding.path) or finding.code == INTERNAL)
    unchecked = tuple(one for one in report.summary.unchecked if is_meant(one.path))
    return counted(kept, replace(report.summary, unchecked=unchecked))
