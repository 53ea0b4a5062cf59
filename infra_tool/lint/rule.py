"""What a rule is: a module with a code, a name, a severity, documentation as its docstring, and one check.

Six kinds, by what a finding can depend on. The less it is, the less has to be judged again when a file changes.
A rule that could not judge something yields Unchecked for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra_tool.finding import Severity
    from infra_tool.lint.cluster import Cluster
    from infra_tool.lint.mark import Mark
    from infra_tool.lint.report import Unchecked
    from infra_tool.lint.subject import Applied, Facts, Pictured, Repo, Source
    from infra_tool.lint.workflow import Workflow


class Rule(Protocol):
    """What every rule says of itself. `CODE` is the contract (`I002`), `NAME` the module in kebab-case."""

    CODE: str
    NAME: str
    SEVERITY: Severity


class SourceRule(Rule, Protocol):
    """A rule about any one file, whether the cluster gets it or not."""

    def check(self, source: Source, facts: Facts) -> Iterator[Mark | Unchecked]:
        """Yield what is wrong in one file."""
        ...


class WorkflowRule(Rule, Protocol):
    """A rule about a workflow of Gitea Actions."""

    def check(self, workflow: Workflow) -> Iterator[Mark | Unchecked]:
        """Yield what is wrong in one workflow."""
        ...


class AppliedRule(Rule, Protocol):
    """A rule about a manifest that some cluster gets, and about what kustomizations on the way do to it."""

    def check(self, applied: Applied, facts: Facts) -> Iterator[Mark | Unchecked]:
        """Yield what is wrong in one manifest."""
        ...


class ImageRule(Rule, Protocol):
    """A rule about images that some cluster gets, by a manifest or what else names some."""

    def check(self, about: Pictured, facts: Facts) -> Iterator[Mark | Unchecked]:
        """Yield what is wrong with one of them."""
        ...


class RepoRule(Rule, Protocol):
    """A rule about how files refer to each other.

    It looks at nothing that `inert` names: where only that changes, the rule is not asked again.
    """

    def check(self, repo: Repo) -> Iterator[Mark | Unchecked]:
        """Yield what is wrong in the repo as a whole."""
        ...


class ClusterRule(Rule, Protocol):
    """A rule about the objects that one cluster gets, and how they refer to each other.

    As for a rule about the repo, nothing that `inert` names may matter to it.
    """

    def check(self, cluster: Cluster) -> Iterator[Mark | Unchecked]:
        """Yield what is wrong in one cluster."""
        ...
