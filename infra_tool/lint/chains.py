"""Which files pull a file in."""

from functools import cached_property

from infra_tool.flux import Root
from infra_tool.kustomize import Is, KustomizationFile
from infra_tool.lint.subject import Repo

Chain = tuple[str, ...]


def leading(root: Root) -> Chain:
    """Return the files that lead to the Flux Kustomization of a build, itself the last; none where the build has it."""
    if root.by is None or root.by.file.path in {reached.path for reached in root.build.files}:
        return ()
    return root.by.chain


class Chains:
    """The chain of each file that a cluster gets, or that is on the way of one: the first, where there are several."""

    def __init__(self, repo: Repo) -> None:
        """Look at `repo` when first asked: most repos have nothing to say."""
        self._repo = repo

    def of(self, path: str) -> Chain:
        """Return the files that pull `path` in, outermost first; none where no cluster gets it."""
        return self._chains.get(path, ())

    @cached_property
    def _chains(self) -> dict[str, Chain]:
        found: dict[str, Chain] = {}
        for root in self._repo.roots:
            if root.build.root is not None:
                self._enter(root.build.root, leading(root), found)
            for path, _, owner in root.build.inputs:
                found.setdefault(path, self._with(owner, found.get(owner.path, ())))
        return found

    def _enter(self, file: KustomizationFile, above: Chain, found: dict[str, Chain]) -> None:
        if file.path in found:
            return
        found[file.path] = above
        chain = self._with(file, above)
        for entry in (*file.resources, *file.components):
            what, path = self._repo.graph.places.target(file.directory, entry.text)
            if what is Is.FILE:
                found.setdefault(path, chain)
            elif what is Is.DIRECTORY and (child := self._repo.graph.load(path).file) is not None:
                self._enter(child, chain, found)

    def _with(self, file: KustomizationFile, above: Chain) -> Chain:
        """Return the chain of what a kustomization file names; one that Flux makes is in no tree."""
        return (*above, file.path) if file.path in self._repo.tree.entries else above
