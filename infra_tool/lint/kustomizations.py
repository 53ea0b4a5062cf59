"""Every kustomization file of a repo, whether a cluster gets it or not."""

from collections.abc import Iterator

from infra_tool.kustomize import KustomizationFile
from infra_tool.lint.subject import Repo
from infra_tool.repo import KUSTOMIZATION_FILES


def kustomizations(repo: Repo) -> Iterator[KustomizationFile]:
    """Yield each that can be read, by path."""
    for path in repo.sources:
        directory, _, name = path.rpartition("/")
        if name in KUSTOMIZATION_FILES and (file := repo.graph.load(directory).file) is not None:
            yield file
