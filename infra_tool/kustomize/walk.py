"""Walk the kustomizations that a directory includes, in the order of a build, without rendering anything."""

from typing import Protocol

from infra_tool.kustomize import krm
from infra_tool.kustomize.build import Build, Chain, Input, Reached, Remote
from infra_tool.kustomize.entries import Entry
from infra_tool.kustomize.file import Kind, KustomizationFile
from infra_tool.kustomize.place import Is, Places, Target
from infra_tool.kustomize.problems import (
    Cycle,
    LeavesRepo,
    Missing,
    NoKustomization,
    NotKrm,
    Problem,
    Twice,
    Unreadable,
    WrongKind,
    WrongTarget,
)

KINDS: dict[str, Kind] = {"components": "Component"}
"""The kind of kustomization that a field wants; any other wants a Kustomization."""
DIRECTORIES = ("resources", "bases", "components", "generators", "transformers", "validators")
"""The fields that may name directories."""


class Loaded(Protocol):
    """The kustomization file of a directory, or what is wrong with it."""

    @property
    def file(self) -> KustomizationFile | None:
        """The file."""
        ...

    @property
    def problem(self) -> Problem | None:
        """Why there is none, although there is a file."""
        ...


class Source(Protocol):
    """Where a walk gets its files from."""

    places: Places

    def load(self, directory: str) -> Loaded:
        """Return the kustomization file of a directory."""
        ...

    def manifest(self, path: str) -> krm.Manifest:
        """Return what a manifest holds."""
        ...


class Walk:
    """One build under way."""

    def __init__(self, source: Source) -> None:
        """Start with nothing."""
        self._source = source
        self._files: list[Reached] = []
        self._inputs: list[Input] = []
        self._remotes: list[Remote] = []
        self._problems: dict[Problem, None] = {}
        self._kustomizations: dict[KustomizationFile, None] = {}
        self._objects = 0

    def build(self, directory: str) -> Build:
        """Walk from `directory` and return what was found."""
        loaded = self._source.load(directory)
        if loaded.problem is not None:
            self._problems[loaded.problem] = None
        if loaded.file is not None:
            return self.build_of(loaded.file)
        return self._done(directory, None)

    def build_of(self, file: KustomizationFile) -> Build:
        """Walk from a kustomization file and return what was found."""
        self._enter(file, (), ())
        return self._done(file.directory, file)

    def _done(self, directory: str, root: KustomizationFile | None) -> Build:
        return Build(
            directory,
            root,
            tuple(self._files),
            tuple(self._inputs),
            tuple(self._kustomizations),
            tuple(self._remotes),
            tuple(self._problems),
        )

    def _enter(self, here: KustomizationFile, above: Chain, after: Chain) -> None:
        """Include a kustomization; `after` are those that act on its objects when it is done, in their order."""
        is_new = here not in self._kustomizations
        self._kustomizations[here] = None
        chain = (*above, here)
        components = self._components(here, chain)
        acting = [self._acting(component, chain) for component in components]
        self._resources(here, chain, (*_joined(acting), here, *after))
        for index, component in enumerate(components):
            self._enter(component, chain, (*_joined(acting[index + 1 :]), here, *after))
        self._objects += here.makes_objects
        if is_new:
            self._problems.update(dict.fromkeys(here.problems))
            self._name_inputs(here, chain)

    def _resources(self, here: KustomizationFile, chain: Chain, transformers: Chain) -> None:
        seen: dict[str, tuple[Entry, bool]] = {}
        for entry in here.resources:
            what, path = target = self._source.places.target(here.directory, entry.text)
            if self._is_twice(here, entry, path, seen):
                continue
            before = self._objects
            if what is Is.FILE:
                self._manifest(path, entry, chain, transformers)
            elif (child := self._child(here, entry, target, chain)) is not None:
                self._enter(child, chain, transformers)
            seen[path] = (entry, self._objects > before)

    def _is_twice(self, here: KustomizationFile, entry: Entry, path: str, seen: dict[str, tuple[Entry, bool]]) -> bool:
        """Tell whether a target was included before; it is a problem only if that gave objects."""
        if path not in seen:
            return False
        first, gave_objects = seen[path]
        if gave_objects:
            self._report(Twice(here.file, here.path, entry.node, path, first.node))
        return True

    def _manifest(self, path: str, entry: Entry, chain: Chain, transformers: Chain) -> None:
        here = chain[-1]
        file, has_objects, lacks, error = self._source.manifest(path)
        self._objects += has_objects
        if error is not None:
            self._report(Unreadable(here.file, here.path, entry.node, path, error))
        for node, what, line in lacks:
            self._report(NotKrm(here.file, here.path, entry.node, path, what, line, node))
        self._files.append(Reached(path, entry, chain, transformers, file))

    def _components(self, here: KustomizationFile, chain: Chain) -> list[KustomizationFile]:
        found: dict[str, tuple[Entry, KustomizationFile]] = {}
        for entry in here.components:
            target = self._source.places.target(here.directory, entry.text)
            if target.path in found:
                first, child = found[target.path]
                if self._gives_objects(child, chain):
                    self._report(Twice(here.file, here.path, entry.node, target.path, first.node))
            elif (component := self._child(here, entry, target, chain)) is not None:
                found[target.path] = (entry, component)
        return [child for _, child in found.values()]

    def _gives_objects(self, component: KustomizationFile, chain: Chain) -> bool:
        walk = Walk(self._source)
        walk._enter(component, chain, ())
        return walk._objects > 0

    def _acting(self, component: KustomizationFile, chain: Chain) -> Chain:
        """Return the kustomizations whose fields act on what stands beside a component: those nested in it, and it."""
        inner = (*chain, component)
        walk = Walk(self._source)  # what is wrong with nested components is reported when this one is entered
        nested = walk._components(component, inner)
        return (*_joined([self._acting(child, inner) for child in nested]), component)

    def _child(self, here: KustomizationFile, entry: Entry, target: Target, chain: Chain) -> KustomizationFile | None:
        """Return the kustomization that an entry includes; None after reporting why there is none."""
        if not self._is_there(here, entry, target):
            return None
        if target.what is not Is.DIRECTORY:
            self._report(WrongTarget(here.file, here.path, entry.node, entry.field, target.path, "directory"))
            return None
        if (cycle := self._cycle(here, entry, target.path, chain)) is not None:
            self._report(cycle)
            return None
        loaded = self._source.load(target.path)
        if loaded.problem is not None:
            self._report(loaded.problem)
        elif loaded.file is None:
            self._report(NoKustomization(here.file, here.path, entry.node, entry.field, target.path))
        elif loaded.file.kind != KINDS.get(entry.field, "Kustomization"):
            kind = loaded.file.kind
            self._report(WrongKind(here.file, here.path, entry.node, entry.field, target.path, kind))
        else:
            return loaded.file
        return None

    def _cycle(self, here: KustomizationFile, entry: Entry, path: str, chain: Chain) -> Cycle | None:
        """Return the problem of including a directory that is being built, or one around it."""
        for index, above in enumerate(chain):
            if above.directory == path or not path or above.directory.startswith(f"{path}/"):
                way = (*(file.directory for file in chain[index:]), path)
                return Cycle(here.file, here.path, entry.node, way)
        return None

    def _is_there(self, here: KustomizationFile, entry: Entry, target: Target) -> bool:
        """Tell whether an entry names something in the repo; if not, report it, or keep the URL."""
        if target.what is Is.REMOTE:
            self._remotes.append(Remote(entry, here))
        elif target.what is Is.OUTSIDE:
            self._report(LeavesRepo(here.file, here.path, entry.node, entry.field, target.path))
        elif target.what is Is.NOTHING or not entry.text:
            wanted = "file or directory" if entry.field in DIRECTORIES else "file"
            close = self._source.places.close(target.path) if entry.text else None
            self._report(Missing(here.file, here.path, entry.node, entry.field, target.path, close, wanted))
        else:
            return True
        return False

    def _name_inputs(self, here: KustomizationFile, chain: Chain) -> None:
        for entry in here.inputs:
            target = self._source.places.target(here.directory, entry.text)
            if self._is_there(here, entry, target):
                if target.what is Is.FILE:
                    self._inputs.append(Input(target.path, entry, here))
                else:
                    self._report(WrongTarget(here.file, here.path, entry.node, entry.field, target.path, "file"))
        for entry in here.plugins:
            self._plugin(here, entry, chain)

    def _plugin(self, here: KustomizationFile, entry: Entry, chain: Chain) -> None:
        """Name the files of a plugin's configuration, which may be a build of its own."""
        target = self._source.places.target(here.directory, entry.text)
        if target.what is Is.FILE:
            self._inputs.append(Input(target.path, entry, here))
        elif (child := self._child(here, entry, target, chain)) is not None:
            walk = Walk(self._source)
            walk._enter(child, chain, ())
            self._inputs += [Input(file.path, entry, here) for file in walk._files]
            self._inputs += walk._inputs
            self._remotes += walk._remotes
            self._kustomizations.update(walk._kustomizations)
            self._problems.update(walk._problems)

    def _report(self, problem: Problem) -> None:
        self._problems[problem] = None


def _joined(chains: list[Chain]) -> Chain:
    return tuple(file for chain in chains for file in chain)
