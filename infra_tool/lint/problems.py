"""What kustomize would refuse in the builds that the clusters get, as marks."""

from collections.abc import Iterator

from infra_tool.kustomize import NotKrm, Problem
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo


def marks(repo: Repo, *kinds: type[Problem]) -> Iterator[Mark]:
    """Yield the problems of some classes."""
    return (mark(repo, problem) for problem in problems(repo, *kinds))


def problems(repo: Repo, *kinds: type[Problem]) -> Iterator[Problem]:
    """Yield the problems of some classes; one that several builds have comes from each."""
    for build in repo.builds.values():
        yield from (problem for problem in build.problems if type(problem) in kinds)


def mark(repo: Repo, problem: Problem) -> Mark:
    """Return a problem where it is; in a kustomization file that Flux makes, at what that names."""
    if problem.path in repo.tree.entries:
        return at(problem.file, problem.node, problem.message, problem.hint)
    if isinstance(problem, NotKrm):
        return at(repo.graph.read(problem.target), problem.document, problem.message, problem.hint)
    place = str(getattr(problem, "target", problem.path))
    path = next(iter(repo.graph.places.kustomizations(place)), place)
    return Mark(path, 1, 1, None, None, problem.message, problem.hint)
