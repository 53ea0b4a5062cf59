"""What patches may add to the objects of a manifest: what they heal is no fault of the manifest."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from infra_tool.flux import FluxKustomization
from infra_tool.kustomize import Graph, KustomizationFile
from infra_tool.kustomize.renames import inline, read_patch
from infra_tool.yamldoc import Content, Mapping, Node, Scalar, Sequence, YamlFile, follow, lookup, text

UNKNOWN = ("transformers", "configurations", "helmcharts")
"""Fields whose effect only a render can tell."""

SELECTORS = ("spec.selector", "spec.selector.matchLabels", "spec.template.metadata.labels", "metadata.labels")
FIELDS = {
    "commonlabels": SELECTORS,
    "labels": SELECTORS,
    "nameprefix": ("metadata.name",),
    "namesuffix": ("metadata.name",),
    "namespace": (
        "metadata.namespace",
        "subjects.namespace",
        "webhooks.clientConfig.service.namespace",
        "spec.service.namespace",
        "spec.conversion.webhook.clientConfig.service.namespace",
    ),
}
"""What other fields of a kustomization file set, by lower-case name."""

OF_FLUX = {"namePrefix": "nameprefix", "nameSuffix": "namesuffix", "targetNamespace": "namespace"}
IDENTITY = {"apiVersion", "kind", "metadata.name", "metadata.namespace"}
"""What a merge patch has to say for its target to be found, and does not change."""

IN_BRACKETS = re.compile(r"\[[^]]*\]")

By = KustomizationFile | FluxKustomization
Lacks = tuple[tuple[str, ...], ...]


class Added(NamedTuple):
    """Paths that are set, without indexes, in objects whose kind fits a pattern (None: all); None means any path."""

    kind: str | None
    paths: frozenset[str] | None

    def has(self, kind: str | None, path: str) -> bool:
        """Tell whether a field of an object may be set."""
        return _fits(self.kind, kind) and (self.paths is None or path in self.paths)


class Patched:
    """What kustomizations add; each is looked at once, when something is missing."""

    def __init__(self, graph: Graph) -> None:
        """Read patches with `graph`."""
        self._graph = graph
        self._added: dict[By, tuple[Added, ...]] = {}

    def heals(self, by: Iterable[By], kind: str | None, lacks: Lacks) -> bool:
        """Tell whether kustomizations may set one field of each group of `lacks`."""
        added = [one for each in by for one in self._by(each)]
        return all(any(one.has(kind, path) for one in added for path in group) for group in lacks)

    def _by(self, each: By) -> tuple[Added, ...]:
        if each not in self._added:
            found = _flux(each) if isinstance(each, FluxKustomization) else self._file(each)
            self._added[each] = tuple(found)
        return self._added[each]

    def _file(self, file: KustomizationFile) -> Iterator[Added]:
        for name, paths in FIELDS.items():
            if name in file.fields:
                yield Added(None, frozenset(paths))
        if any(name in file.fields for name in UNKNOWN):
            yield Added(None, None)
        listed = file.fields.get("replacements")
        yield from _replacements(listed[1] if listed is not None else None)
        for patch in file.patches:
            read = read_patch(file, self._graph, patch.entry.text if patch.entry else None, patch.inline)
            yield from _patch(read, patch.target)


def _replacements(node: Content | None) -> Iterator[Added]:
    """Yield what replacements set: those of another file may set anything."""
    for one in node.values() if isinstance(node, Sequence) else ():
        targets = lookup(one, "targets")
        if not isinstance(targets, Sequence):
            yield Added(None, None)
            continue
        for target in targets.values():
            paths = lookup(target, "fieldPaths")
            texts = (
                [path.value for path in paths.values() if isinstance(path, Scalar)]
                if isinstance(paths, Sequence)
                else []
            )
            yield Added(text(target, "select", "kind"), frozenset(map(_plain, texts or ["metadata.name"])))


def _plain(path: str) -> str:
    """Return a field path without what selects items of lists."""
    steps = IN_BRACKETS.sub("", path).split(".")
    return ".".join(step for step in steps if step and step not in ("*", "-") and not step.isdecimal())


def _flux(each: FluxKustomization) -> Iterator[Added]:
    """Yield what a Flux Kustomization adds to all that it builds."""
    for patch in each.patches:
        target = patch.get("target")
        yield from _patch(inline(text(patch, "patch")), target if isinstance(target, Mapping) else None)
    for name, field in OF_FLUX.items():
        if text(each.root, "spec", name):
            yield Added(None, frozenset(FIELDS[field]))


def _patch(read: YamlFile | None, target: Mapping | None) -> Iterator[Added]:
    if read is None:
        yield Added(text(target, "kind"), None)
        return
    for document in read.documents:
        if document.root is not None:
            kind = text(target, "kind") if target is not None else text(document.root, "kind")
            paths = frozenset(_paths(document.root))
            yield Added(kind, paths if isinstance(document.root, Sequence) else paths - IDENTITY)


def _paths(root: Content) -> Iterator[str]:
    """Yield the paths that a patch sets: of a merge patch its keys, of a JSON patch those that its operations name."""
    if not isinstance(root, Sequence):
        yield from _below(root, ())
        return
    for operation in root.values():
        steps = (text(operation, "path") or "").split("/")[1:]
        names = [step.replace("~1", "/").replace("~0", "~") for step in steps if step != "-" and not step.isdecimal()]
        yield ".".join(names)
        value = operation.get("value") if isinstance(operation, Mapping) else None
        if value is not None:
            yield from _below(value, tuple(names))


def _below(node: Node, path: tuple[str, ...]) -> Iterator[str]:
    here = follow(node)
    if isinstance(here, Mapping):
        for key, value in here.items:
            if isinstance(key, Scalar):
                yield ".".join((*path, key.value))
                yield from _below(value, (*path, key.value))
    elif isinstance(here, Sequence):
        for item in here.items:
            yield from _below(item, path)


def _fits(pattern: str | None, kind: str | None) -> bool:
    try:
        return not pattern or kind is None or re.fullmatch(pattern, kind) is not None
    except re.error:
        return True
