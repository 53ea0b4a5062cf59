"""What kustomize would refuse in the builds that the clusters get, as marks."""

from collections.abc import Iterator

from infra_tool.kustomize import Problem
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo


def marks(repo: Repo, *kinds: type[Problem]) -> Iterator[Mark]:
    """Yield the problems of some classes, each once."""
    for problem in problems(repo, *kinds):
        yield at(problem.file, problem.node, problem.message, problem.hint)


def problems(repo: Repo, *kinds: type[Problem]) -> Iterator[Problem]:
    """Yield the problems of some classes, each once."""
    found = (problem for build in repo.builds.values() for problem in build.problems)
    yield from dict.fromkeys(problem for problem in found if type(problem) in kinds)
