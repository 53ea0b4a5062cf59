"""The kustomization that Flux makes for a directory without one: every manifest below it.

As fluxcd/pkg/kustomize does: a directory below with a kustomization file is named and not looked into; any other file
whose name ends in .yaml or .yml is named itself; directories behind symlinks are not looked into.
"""

import json
from collections.abc import Iterator

from infra_tool import yamldoc
from infra_tool.edits import EXECUTABLE, FILE, children
from infra_tool.errors import InfraToolError
from infra_tool.flux.ignore import Ignored
from infra_tool.kustomize import Build, Graph, KustomizationFile, file
from infra_tool.kustomize.place import Places


class Builds:
    """The builds that Flux makes of the directories of one tree."""

    def __init__(self, graph: Graph) -> None:
        """Build with `graph`."""
        self.graph = graph
        self.tree = graph.places.tree
        self._ignored: dict[str, Ignored] = {}
        self._generated: dict[tuple[str, str], Build] = {}

    def build(self, directory: str, ignore: str = "") -> Build:
        """Return the build of a directory, by its own kustomization file or one that Flux makes.

        `ignore` are the patterns that the source has itself.
        """
        if self.is_written(directory):
            return self.graph.build(directory)
        key = directory, ignore
        if key not in self._generated:
            made = generated(self.graph.places, self._left_out(ignore), directory)
            self._generated[key] = self.graph.build_of(made)
        return self._generated[key]

    def is_written(self, directory: str) -> bool:
        """Tell whether a directory has a kustomization file."""
        return bool(self.graph.places.kustomizations(directory))

    def left_out(self, build: Build, ignore: str = "") -> InfraToolError | None:
        """Return the error for the first file of a build that Flux does not fetch; None where it fetches all."""
        ignored = self._left_out(ignore)
        named = (*((each.path, each.entry, each.chain[-1]) for each in build.files), *build.inputs)
        for path, entry, owner in named:
            if not (ignored.is_default and path.endswith(yamldoc.SUFFIXES)) and path in ignored:
                line = owner.file.line(entry.node)
                return InfraToolError(f"Flux leaves {path} out: it is ignored", path=owner.path, line=line)
        return None

    def _left_out(self, ignore: str) -> Ignored:
        if ignore not in self._ignored:
            self._ignored[ignore] = Ignored(self.tree, ignore)
        return self._ignored[ignore]


def generated(places: Places, ignored: Ignored, directory: str) -> KustomizationFile:
    """Return the kustomization that Flux would write into `directory`; no tree holds its path."""
    prefix = f"{directory}/" if directory else ""
    text = json.dumps({"resources": list(_named(places, ignored, prefix, ""))}, ensure_ascii=False)
    path = f"{prefix}kustomization.yaml"
    return file.of(yamldoc.parse(text.encode(errors="replace"), path), directory)


def _named(places: Places, ignored: Ignored, prefix: str, below: str) -> Iterator[str]:
    """Yield what there is to name in `prefix` + `below`, which is empty or ends with a slash."""
    for name in children(places.tree, (prefix + below).rstrip("/")):
        inner = below + name
        entry = places.tree.entries.get(prefix + inner)
        if entry is not None:
            if entry.mode in (FILE, EXECUTABLE) and inner.endswith(yamldoc.SUFFIXES) and entry.path not in ignored:
                yield inner
        elif any(path not in ignored for path in places.kustomizations(prefix + inner)):
            yield inner
        else:
            yield from _named(places, ignored, prefix, f"{inner}/")
