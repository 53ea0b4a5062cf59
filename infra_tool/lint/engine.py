"""Judge a tree: every rule asked, what is suppressed left out, the rest sorted."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain

from infra_tool.edits import Tree
from infra_tool.finding import Finding
from infra_tool.kustomize import objects_of
from infra_tool.lint.asked import Said
from infra_tool.lint.chains import Chains
from infra_tool.lint.elsewhere import elsewhere
from infra_tool.lint.judge import Judge
from infra_tool.lint.mark import Mark
from infra_tool.lint.objects import Objects
from infra_tool.lint.read import Files
from infra_tool.lint.report import Report, Summary, Unchecked
from infra_tool.lint.rule import Rule
from infra_tool.lint.selection import Selection
from infra_tool.lint.subject import Repo
from infra_tool.lint.suppressed import Suppressor
from infra_tool.lint.survey import survey
from infra_tool.repo import Config


def run(tree: Tree, config: Config) -> Report:
    """Return what is wrong with a tree, and what could not be judged."""
    return examine(tree, config)[1]


def examine(tree: Tree, config: Config) -> tuple[Repo, Report]:
    """Return what was judged, and the report."""
    with _without_collector():
        repo, files = survey(tree, config)
        selection = Selection(config.lint)
        said = Judge(selection).everything(repo)
        return repo, report(repo, files, said, selection)


def report(repo: Repo, files: Files, said: Iterable[Said], selection: Selection) -> Report:
    """Return the report of what rules said, without what comments or the configuration leave out."""
    suppressor = Suppressor(repo, selection)
    chains, objects = Chains(repo), Objects(repo)
    findings: set[Finding] = set()
    unchecked = dict.fromkeys((*files.unchecked(), *elsewhere(repo)))
    for rule, one in chain(suppressor.left(said), suppressor.problems()):
        if isinstance(one, Unchecked):
            unchecked[one] = None
        elif not selection.is_ignored(one.path, rule):
            findings.add(_finding(rule, one, chains, objects, selection))
    kept = tuple(sorted(findings))
    return Report(kept, _summary(repo, kept, unchecked))


def _finding(rule: Rule, mark: Mark, chains: Chains, objects: Objects, selection: Selection) -> Finding:
    return Finding(
        mark.path,
        mark.line,
        mark.column,
        rule.CODE,
        mark.message,
        rule.NAME,
        selection.severity(rule, mark.severity or rule.SEVERITY),
        mark.end_line,
        mark.end_column,
        mark.help,
        mark.object or objects.at(mark.path, mark.line),
        chains.of(mark.path),
        mark.fix,
        mark.safe,
        mark.fix_path,
    )


def _summary(repo: Repo, findings: tuple[Finding, ...], unchecked: Iterable[Unchecked]) -> Summary:
    count = Counter(finding.severity for finding in findings)
    return Summary(
        count["error"],
        count["warning"],
        count["info"],
        files=len(repo.sources),
        resources=sum(_objects(repo)),
        unchecked=tuple(sorted(unchecked)),
    )


def _objects(repo: Repo) -> Iterator[int]:
    for applied in repo.applied.values():
        for document in applied.file.documents:
            if document.root is not None:
                yield sum(1 for _ in objects_of(document.root))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector from walking the nodes of all files again and again: they all stay until the end."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
