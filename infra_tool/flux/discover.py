"""Every build that the clusters of a repo get: their own directories, and those of their Flux Kustomizations."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import filterfalse
from typing import NamedTuple

from infra_tool import repo
from infra_tool.edits import is_directory
from infra_tool.errors import InfraToolError
from infra_tool.flux import decryption
from infra_tool.flux.generate import Builds
from infra_tool.flux.kustomization import SOURCES, FluxKustomization, Source, is_flux, normalised
from infra_tool.flux.url import same_repo
from infra_tool.kustomize import Build, Graph, Reached, identity, objects_of
from infra_tool.kustomize.scope import DEFAULT
from infra_tool.yamldoc import Mapping, YamlFile, text

BOOTSTRAPPED = Source("GitRepository", "flux-system", "flux-system")
"""The source that `flux bootstrap` makes for the repo itself."""


class Root(NamedTuple):
    """A build that a cluster gets: `by` is the Flux Kustomization that makes it, None where the repo does not say.

    `cluster` is None where no directory of `clusters/` leads to it. `left_out` is the error of a build that needs what
    Flux does not fetch.
    """

    cluster: str | None
    build: Build
    by: FluxKustomization | None
    left_out: InfraToolError | None = None


class Found(NamedTuple):
    """What the clusters get, and every Flux Kustomization in it; one without a build is not of this repo, or broken."""

    roots: tuple[Root, ...]
    kustomizations: tuple[FluxKustomization, ...]


def discover(graph: Graph, files: Callable[[], Iterable[YamlFile]], remote: str | None = None) -> Found:
    """Return what the clusters get, each directory of `clusters/` and whatever its Flux Kustomizations lead to.

    `remote` is the URL of this repo where it is known. A repo without `clusters/` gets what the Flux Kustomizations in
    any of its `files` lead to.
    """
    builds = Builds(graph)
    clusters = repo.clusters(builds.tree)
    found = [_Cluster(builds, name, remote).found() for name in clusters]
    if not clusters:
        found = [_without_clusters(builds, tuple(files()), remote)]
    return Found(
        tuple(root for each in found for root in each.roots),
        tuple(each for one in found for each in one.kustomizations),
    )


def _without_clusters(builds: Builds, files: tuple[YamlFile, ...], remote: str | None) -> Found:
    """Return what any Flux Kustomization leads to, those first that no other one applies: it may patch them.

    What lies below a directory that another one builds, and is not in that build, was left out of it by somebody. What
    lies in a hidden directory (`.archive`) was put away.
    """
    files = tuple(file for file in files if not f"/{file.path}".count("/."))

    def begun_with(some: Iterable[YamlFile]) -> Found:
        return _Cluster(builds, None, remote).found(some)

    everything = begun_with(files)
    led_to = _led_to(everything)
    starts = [file for file in files if file.path not in led_to]
    firm = begun_with(filterfalse(_below_others(everything), starts))
    starts = list(filterfalse(_below_others(firm), starts))
    found = begun_with(starts)
    missed = [file for file in files if file.path in led_to - _led_to(found)]
    circular = list(filterfalse(_below_others(found), missed))
    return begun_with([*starts, *circular]) if circular else found


def _led_to(found: Found) -> set[str]:
    """Return the files that a Flux Kustomization in another file builds."""
    return {
        reached.path
        for root in found.roots
        for reached in root.build.files
        if root.by is not None and root.by.file.path != reached.path
    }


def _below_others(found: Found) -> Callable[[YamlFile], bool]:
    """Return what tells whether a file lies below a directory that a Flux Kustomization in another file builds."""
    builders: dict[str, set[str]] = {}
    for root in found.roots:
        if root.by is not None and root.build.directory:
            builders.setdefault(root.build.directory, set()).add(root.by.file.path)

    def is_below(file: YamlFile) -> bool:
        return any(builders.get(directory, set()) - {file.path} for directory in _ancestors(file.path))

    return is_below


def _ancestors(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


class _Cluster:
    """What one cluster gets, under way."""

    def __init__(self, builds: Builds, name: str | None, remote: str | None) -> None:
        self._builds = builds
        self._name = name
        self._remote = remote
        self._start = None if name is None else repo.cluster_root(name)
        self._roots: list[Root] = []
        self._pending: list[FluxKustomization] = []
        self._own: list[FluxKustomization] = []
        self._met: set[tuple[str, int, str, str]] = set()
        self._urls: dict[Source, str] = {}
        self._sources: set[Source] = set()
        self._ignores: dict[Source, str] = {}

    def found(self, files: Iterable[YamlFile] = ()) -> Found:
        for file in files:
            self._read(file, None, None)
        if self._start is not None:
            self._build(self._start, None)
        while following := self._take_own():
            for each in following:
                is_there = each.path is not None and is_directory(self._builds.tree, each.path)
                if is_there and each.path != self._start:
                    self._build(each.path or "", each)
        return Found(self._with_their_own(), (*self._own, *self._pending))

    def _with_their_own(self) -> tuple[Root, ...]:
        """Name the Flux Kustomization of the cluster's own directory, which lies in it."""
        by_path = {each.path: each for each in reversed(self._own)}
        return tuple(self._with(root, by_path.get(root.build.directory)) for root in self._roots)

    def _with(self, root: Root, by: FluxKustomization | None) -> Root:
        """Return a build after its Flux Kustomization is known, and so what its source leaves out."""
        if root.by is not None or by is None:
            return root
        ignore = self._ignores.get(by.source, "")
        build = self._builds.build(root.build.directory, ignore)
        return Root(root.cluster, build, by, self._builds.left_out(build, ignore))

    def _take_own(self) -> list[FluxKustomization]:
        """Return the Flux Kustomizations of this repo that were not looked at yet."""
        self._judge_sources()
        pending, self._pending = self._pending, []
        own: list[FluxKustomization] = []
        for each in pending:
            if self._is_own(each):
                own.append(replace(each, is_own=True))
            else:
                self._pending.append(each)
        own = self._patched_by_their_own(own)
        self._own += own
        return own

    def _patched_by_their_own(self, own: list[FluxKustomization]) -> list[FluxKustomization]:
        """Return those of the cluster's own directory after the patches of the one among them that builds it."""
        by = next((each for each in own if each.path == self._start), None)
        if by is None or not decryption.is_patched_in(None, by, self._builds.graph):
            return own
        return [replace(each, decrypts=True) for each in own]

    def _judge_sources(self) -> None:
        """Find out which sources are this repo: those of its URL, and that by which the cluster follows itself."""
        for source, url in self._urls.items():
            if self._remote is not None and same_repo(url, self._remote):
                self._sources.add(source)
        itself = (each.source for each in self._pending if each.source == BOOTSTRAPPED or self._follows_itself(each))
        self._sources.update(itself)

    def _follows_itself(self, each: FluxKustomization) -> bool:
        if not each.path:
            return False
        return each.path == self._start if self._start is not None else each.file.path.startswith(f"{each.path}/")

    def _is_own(self, each: FluxKustomization) -> bool:
        """Tell whether the source is this repo; where no source is known to be, one that has the path counts."""
        if each.source in self._sources:
            return True
        is_foreign = bool(self._sources) or (self._remote is not None and each.source in self._urls)
        return not is_foreign and bool(each.path) and is_directory(self._builds.tree, each.path or "")

    def _build(self, directory: str, by: FluxKustomization | None) -> None:
        ignore = self._ignores.get(by.source, "") if by is not None else ""
        build = self._builds.build(directory, ignore)
        self._roots.append(Root(self._name, build, by, self._builds.left_out(build, ignore)))
        for reached in build.files:
            if reached.file is not None and "fluxcd.io/" in reached.file.text:
                self._read(reached.file, reached, by)

    def _read(self, file: YamlFile, reached: Reached | None, by: FluxKustomization | None) -> None:
        for root in _objects(file):
            api = text(root, "apiVersion") or ""
            if is_flux(root):
                self._add(self._kustomization(file, root, reached, by))
            elif api.startswith(SOURCES):
                called = identity.identity(root, reached.transformers if reached else ())
                if called is not None:
                    source = Source(called.kind, called.namespace, called.name)
                    self._urls[source] = text(root, "spec", "url") or ""
                    self._ignores[source] = text(root, "spec", "ignore") or ""

    def _add(self, each: FluxKustomization) -> None:
        """Keep a Flux Kustomization, unless it was met on another way: one may even build the file that it is in."""
        met = (each.file.path, each.root.start, each.namespace, each.name)
        if met not in self._met:
            self._met.add(met)
            self._pending.append(each)

    def _kustomization(
        self, file: YamlFile, root: Mapping, reached: Reached | None, by: FluxKustomization | None
    ) -> FluxKustomization:
        called = identity.identity(root, reached.transformers if reached else ())
        namespace = called.namespace if called else DEFAULT
        source = Source(
            text(root, "spec", "sourceRef", "kind") or "",
            text(root, "spec", "sourceRef", "namespace") or namespace,
            text(root, "spec", "sourceRef", "name") or "",
        )
        return FluxKustomization(
            file,
            root,
            called.name if called else "",
            namespace,
            normalised(text(root, "spec", "path") or ""),
            source,
            self._name,
            (*(by.chain if by else ()), *self._chain(reached), file.path),
            decrypts=decryption.is_on(root) or decryption.is_patched_in(reached, by, self._builds.graph),
        )

    def _chain(self, reached: Reached | None) -> tuple[str, ...]:
        entries = self._builds.tree.entries
        return tuple(above.path for above in reached.chain if above.path in entries) if reached else ()


def _objects(file: YamlFile) -> Iterator[Mapping]:
    for document in file.documents:
        for root in objects_of(document.root) if document.root is not None else ():
            if isinstance(root, Mapping):
                yield root
