"""Ask every rule, and make findings of what they say."""

import traceback
from collections.abc import Callable, Iterator
from functools import partial
from typing import get_args

from infra_tool.lint import rendered
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.mark import Mark
from infra_tool.lint.registry import APPLIED, CLUSTER, REPO, RULES, SCHEMA, SOURCE, WORKFLOW
from infra_tool.lint.report import Unchecked
from infra_tool.lint.rule import AppliedRule, ClusterRule, RepoRule, Rule, SourceRule, WorkflowRule
from infra_tool.lint.rules.tool import internal_error
from infra_tool.lint.selection import Selection
from infra_tool.lint.subject import Applied, Facts, Repo, Source
from infra_tool.lint.violations import every
from infra_tool.lint.workflow import workflow_of
from infra_tool.schema import Code

Said = tuple[Rule, Mark | Unchecked]
HERE = "."
"""The path of what is about no file in particular."""


class Judge:
    """Asks the rules that count."""

    def __init__(self, selection: Selection) -> None:
        """Ask no others."""
        self._source: tuple[SourceRule, ...] = tuple(rule for rule in SOURCE if selection.runs(rule))
        self._workflow: tuple[WorkflowRule, ...] = tuple(rule for rule in WORKFLOW if selection.runs(rule))
        self._applied: tuple[AppliedRule, ...] = tuple(rule for rule in APPLIED if selection.runs(rule))
        self._schema: dict[str, Rule] = {rule.CODE: rule for rule in SCHEMA if selection.runs(rule)}
        self._any_schema: dict[str, Rule] = {
            rule.CODE: rule for rule in RULES if selection.runs(rule) and _is_schema(rule)
        }
        self._repo: tuple[RepoRule, ...] = tuple(rule for rule in REPO if selection.runs(rule))
        self._cluster: tuple[ClusterRule, ...] = tuple(rule for rule in CLUSTER if selection.runs(rule))

    def everything(self, repo: Repo) -> Iterator[Said]:
        """Yield what there is to say about a repo."""
        for source in repo.sources.values():
            yield from self.source(source, repo.facts)
        for applied in repo.applied.values():
            yield from self.applied(applied, repo.facts)
        yield from self.repo(repo)
        for cluster in repo.clusters if self._cluster or self._any_schema else ():
            yield from self.cluster(cluster)

    def source(self, source: Source, facts: Facts) -> Iterator[Said]:
        """Yield what there is to say about one file, wherever it is used."""
        for rule in self._source:
            yield from _said(rule, source.path, partial(rule.check, source, facts))
        workflow = workflow_of(source)
        if workflow is not None:
            for each in self._workflow:
                yield from _said(each, source.path, partial(each.check, workflow))

    def applied(self, applied: Applied, facts: Facts) -> Iterator[Said]:
        """Yield what there is to say about one manifest that a cluster gets."""
        for rule in self._applied:
            yield from _said(rule, applied.file.path, partial(rule.check, applied, facts))
        if self._schema:
            yield from _named(self._schema, applied.file.path, partial(every, applied, facts))

    def repo(self, repo: Repo) -> Iterator[Said]:
        """Yield what there is to say about how files refer to each other."""
        for rule in self._repo:
            yield from _said(rule, HERE, partial(rule.check, repo))

    def cluster(self, cluster: Cluster) -> Iterator[Said]:
        """Yield what there is to say about how the objects of a cluster refer to each other."""
        for rule in self._cluster:
            yield from _said(rule, HERE, partial(rule.check, cluster))
        if self._any_schema:
            yield from _named(self._any_schema, HERE, partial(rendered.violations, cluster, cluster.repo.facts))


def _said(rule: Rule, path: str, ask: Callable[[], Iterator[Mark | Unchecked]]) -> Iterator[Said]:
    try:
        for said in ask():
            yield rule, said
    except Exception as error:  # noqa: BLE001 -- a bug of one rule must not hide what the others find
        yield internal_error, _failed(rule, path, error)


def _named(rules: dict[str, Rule], path: str, ask: Callable[[], Iterator[tuple[Code, Mark]]]) -> Iterator[Said]:
    """Yield what one walk found for several rules."""
    try:
        for code, mark in ask():
            if code in rules:
                yield rules[code], mark
    except Exception as error:  # noqa: BLE001 -- as for the others
        yield internal_error, _failed(next(iter(rules.values())), path, error)


def _is_schema(rule: Rule) -> bool:
    return rule.CODE in get_args(Code)


def _failed(rule: Rule, path: str, error: Exception) -> Mark:
    """Name the place in the code, not the error's words: they may hold a secret."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {frame.filename.rpartition('/')[2]}:{frame.lineno}"
    message = f"rule {rule.CODE} ({rule.NAME}) failed: {where}"
    return Mark(path, 1, 1, None, None, message, "this is a bug in infra-tool; please report it")
