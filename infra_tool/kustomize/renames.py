"""Which objects a kustomization may call otherwise, or take out, by means that only a render can follow."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.graph import Graph
from infra_tool.kustomize.identity import Identity
from infra_tool.kustomize.place import Is
from infra_tool.yamldoc import Content, Mapping, Scalar, Sequence, YamlFile, lookup, text

CHANGES = re.compile(
    r"/metadata(?:/name(?:space)?)?[\"']?\s*(?:$|[,}\]])|allow(?:Name|Kind)Change|\$patch[\"']?:\s*[\"']?delete",
    re.MULTILINE,
)
"""What a patch says that changes kind, name or namespace of an object, or deletes it."""
REPLACES = re.compile(r"metadata\.name(?:space)?\b")


class Renamed(NamedTuple):
    """Objects whose identity is not known: patterns of their kind and name, None for any; `by` says who changes it."""

    kind: str | None
    name: str | None
    by: str

    def includes(self, identity: Identity) -> bool:
        """Tell whether an object is one of them, by its identity before this change."""
        return _matches(self.kind, identity.kind) and _matches(self.name, identity.name)


def renames(file: KustomizationFile, graph: Graph) -> Iterator[Renamed]:
    """Yield what patches, replacements and plugins of a kustomization file may rename."""
    for patch in file.patches:
        read = read_patch(file, graph, patch.entry.text if patch.entry else None, patch.inline)
        options = file.file.text[patch.node.start : patch.node.end] if patch.target is not None else ""
        if read is not None and (CHANGES.search(read.text) or CHANGES.search(options)):
            yield from selected(patch.target, read, file.path)
    listed = file.fields.get("replacements")
    replaces = listed is not None and any(_renaming(listed[1]))
    if replaces or any(_replaces(file, graph)) or "transformers" in file.fields:
        yield Renamed(None, None, file.path)


def selected(target: Mapping | None, patch: YamlFile, by: str) -> Iterator[Renamed]:
    """Yield what a patch that renames is for: its target, else the objects that it names itself."""
    if target is not None:
        yield Renamed(text(target, "kind"), text(target, "name"), by)
        return
    for document in patch.documents:
        yield Renamed(text(document.root, "kind"), text(document.root, "metadata", "name"), by)


def inline(patch: str | None) -> YamlFile | None:
    """Return a patch that stands in another file; None when it is not YAML."""
    try:
        return yamldoc.parse((patch or "").encode())
    except InfraToolError:
        return None


def read_patch(file: KustomizationFile, graph: Graph, path: str | None, node: yamldoc.Scalar | None) -> YamlFile | None:
    """Return a patch by its path or inline text; None when it cannot be read."""
    if path is None:
        return inline(node.value if node is not None else None)
    what, target = graph.places.target(file.directory, path)
    try:
        return graph.read(target) if what is Is.FILE else None
    except InfraToolError:
        # What is wrong with a file that is listed is reported there.
        return None


def _replaces(file: KustomizationFile, graph: Graph) -> Iterable[bool]:
    for entry in file.inputs:
        if entry.field == "replacements.path":
            read = read_patch(file, graph, entry.text, None)
            yield read is None or any(any(_renaming(document.root)) for document in read.documents)


def _renaming(node: Content | None) -> Iterator[bool]:
    """Tell of each target of replacements whether it is a name or namespace, which is the default."""
    for one in node.values() if isinstance(node, Sequence) else (node,):
        targets = lookup(one, "targets")
        for target in targets.values() if isinstance(targets, Sequence) else ():
            paths = lookup(target, "fieldPaths")
            texts = (
                [path.value for path in paths.values() if isinstance(path, Scalar)]
                if isinstance(paths, Sequence)
                else []
            )
            yield not texts or any(map(REPLACES.search, texts))


def _matches(pattern: str | None, value: str) -> bool:
    try:
        return not pattern or re.fullmatch(pattern, value) is not None
    except re.error:
        return True
