"""Which files anything refers to, whether a cluster gets it or not."""

from collections.abc import Iterator
from functools import cached_property

from infra_tool import repo as repos
from infra_tool.edits import is_directory
from infra_tool.flux import FluxKustomization, Ignored
from infra_tool.kustomize import Build, Is
from infra_tool.lint.subject import Repo
from infra_tool.repo import KUSTOMIZATION_FILES
from infra_tool.yamldoc import YamlFile, text

NOT_MANAGED = {"bootstrap", "docs", "doc", "examples", "example", "test", "tests", "testdata", "hack", "scripts"}
CHART = "Chart.yaml"
PACKED = ("OCIRepository", "Bucket")
"""Kinds of sources that may hold a copy of this repo."""


def is_manifest(file: YamlFile) -> bool:
    """Tell whether a file holds an object for a cluster."""
    return any(text(document.root, "apiVersion") and text(document.root, "kind") for document in file.documents)


class References:
    """What the kustomizations of a repo refer to."""

    def __init__(self, repo: Repo) -> None:
        """Walk nothing before it is asked for."""
        self._repo = repo

    def are_known(self) -> bool:
        """Tell whether there are clusters, and all that they get from this repo is known.

        Flux can make artifacts of parts of a repo; what is applied from one of them is not seen here.
        """
        return bool(self._repo.roots) and not any(self._hides(each) for each in self._repo.flux if not each.is_own)

    def _hides(self, each: FluxKustomization) -> bool:
        kind, path = each.source.kind, each.path
        return kind == "ExternalArtifact" or (
            kind in PACKED and bool(path) and is_directory(self._repo.tree, path or "")
        )

    def includes(self, directory: str) -> bool:
        """Tell whether some other kustomization includes a directory, or a cluster builds it."""
        return directory in self._included

    def misses(self, path: str) -> bool:
        """Tell whether a file, in a directory that is managed, is referred to by nothing."""
        return path not in self._files and self._is_managed(path) and path not in self._ignored

    @cached_property
    def _ignored(self) -> Ignored:
        return Ignored(self._repo.tree)

    @cached_property
    def _kustomizations(self) -> tuple[str, ...]:
        """The directories that have a kustomization file."""
        found = dict.fromkeys(
            path.rpartition("/")[0]
            for path in self._repo.tree.entries
            if path.rpartition("/")[2] in KUSTOMIZATION_FILES
        )
        return tuple(found)

    @cached_property
    def _included(self) -> frozenset[str]:
        return frozenset(self._directories())

    def _directories(self) -> Iterator[str]:
        for directory in self._kustomizations:
            file = self._repo.graph.load(directory).file
            for entry in (*file.resources, *file.components, *file.plugins) if file is not None else ():
                what, path = self._repo.graph.places.target(directory, entry.text)
                if what is Is.DIRECTORY:
                    yield path
        for build in self._repo.builds.values():
            yield from (file.directory for file in build.kustomizations)

    @cached_property
    def _files(self) -> frozenset[str]:
        found: set[str] = {*self._repo.applied, *(each.file.path for each in self._repo.flux)}
        for build in self._repo.builds.values():
            found.update(_named(build))
        for directory in self._kustomizations:
            if not found.issuperset(self._repo.graph.places.kustomizations(directory)):
                found.update(_named(self._repo.graph.build(directory)))
                found.update(self._repo.graph.places.kustomizations(directory))
        return frozenset(found)

    @cached_property
    def _managed(self) -> frozenset[str]:
        """The top-level directories that hold something that a cluster gets."""
        paths = (path for build in self._repo.builds.values() for path in _named(build))
        return frozenset((repos.APPS, repos.CLUSTERS, *(path.partition("/")[0] for path in paths if "/" in path)))

    @cached_property
    def _charts(self) -> tuple[str, ...]:
        return tuple(path[: -len(CHART)] for path in self._repo.tree.entries if path.endswith(f"/{CHART}"))

    def _is_managed(self, path: str) -> bool:
        top, *parts = path.split("/")
        directories = (top, *parts[:-1])
        return (
            top in self._managed
            and not any(name in NOT_MANAGED or name.startswith(".") for name in directories)
            and not path.startswith(self._charts)
        )


def _named(build: Build) -> Iterator[str]:
    yield from (file.path for file in build.files)
    yield from (given.path for given in build.inputs)
    yield from (file.path for file in build.kustomizations)
