"""The kustomization that Flux makes for a directory without one: every manifest below it.

As fluxcd/pkg/kustomize does: a directory below with a kustomization file is named and not looked into; any other file
whose name ends in .yaml or .yml is named itself; directories behind symlinks are not looked into.
"""

import json
from collections.abc import Iterator

from infra_tool import yamldoc
from infra_tool.edits import EXECUTABLE, FILE, children
from infra_tool.flux.ignore import Ignored
from infra_tool.kustomize import Build, Graph, KustomizationFile, file
from infra_tool.kustomize.place import Places

SUFFIXES = (".yaml", ".yml")


class Builds:
    """The builds that Flux makes of the directories of one tree."""

    def __init__(self, graph: Graph) -> None:
        """Build with `graph`."""
        self.graph = graph
        self.tree = graph.places.tree
        self._ignored = Ignored(self.tree)
        self._generated: dict[str, Build] = {}

    def build(self, directory: str) -> Build:
        """Return the build of a directory, by its own kustomization file or one that Flux makes."""
        if self.graph.places.kustomizations(directory):
            return self.graph.build(directory)
        if directory not in self._generated:
            made = generated(self.graph.places, self._ignored, directory)
            self._generated[directory] = self.graph.build_of(made)
        return self._generated[directory]


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
            if entry.mode in (FILE, EXECUTABLE) and inner.endswith(SUFFIXES) and entry.path not in ignored:
                yield inner
        elif any(path not in ignored for path in places.kustomizations(prefix + inner)):
            yield inner
        else:
            yield from _named(places, ignored, prefix, f"{inner}/")
