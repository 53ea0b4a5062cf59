"""A cluster gets the same object twice.

Within one build kustomize refuses it. Between two Flux Kustomizations nobody does: each writes its own version at every
reconciliation, and when one of them drops the object it is deleted although the other still wants it.

```yaml
# apps/n8n/service.yaml and apps/n8n-worker/service.yaml, both in namespace n8n
kind: Service
metadata:
  name: n8n
```

Fix: give one of them another name or namespace, or keep it in one place. Objects count as the same by group, kind,
namespace and name, after `namespace`, `namePrefix` and `nameSuffix`. Where a patch changes one of these, the object is
not compared; the summary names it as unchecked.
"""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.finding import Severity
from infra_tool.flux import FluxKustomization, Root
from infra_tool.kustomize import KustomizationFile, Reached, objects_of
from infra_tool.kustomize.identity import KEEPS_NAME, Identity, identity, is_local
from infra_tool.kustomize.renames import CHANGES, Renamed, inline, renames, selected
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.report import Unchecked
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Content, Mapping, Node, YamlFile, lookup, text

CODE = "T007"
NAME = "duplicate-object"
SEVERITY: Severity = "error"


class Placed(NamedTuple):
    """An object that a cluster gets, and how."""

    file: YamlFile
    node: Content
    identity: Identity
    root: Root
    way: tuple[KustomizationFile, ...]

    @property
    def chain(self) -> tuple[str, ...]:
        """The directories on the way."""
        return tuple(each.directory or "." for each in self.way)


def check(repo: Repo) -> Iterator[Mark | Unchecked]:
    """Yield the second of two objects that are the same."""
    groups: dict[object, list[Root]] = {}
    for root in repo.roots:
        groups.setdefault(_group(root), []).append(root)
    for roots in groups.values():
        yield from _Group(repo).check(roots)


def _group(root: Root) -> object:
    """Return what a root shares with those whose objects get into the same cluster at the same time."""
    by = root.by
    is_elsewhere = by is not None and (by.is_suspended or lookup(by.root, "spec", "kubeConfig") is not None)
    return root.cluster if root.cluster is not None and not is_elsewhere else id(root)


class _Group:
    """The objects of one cluster."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._built: dict[tuple[int, str, str, str, str], Placed] = {}
        self._seen: dict[tuple[str, str, str, str], Placed] = {}
        self._renamed: dict[KustomizationFile, tuple[Renamed, ...]] = {}
        self._told: set[tuple[object, ...]] = set()

    def check(self, roots: list[Root]) -> Iterator[Mark | Unchecked]:
        for root in roots:
            for reached in root.build.files:
                if reached.file is not None:
                    yield from self._file(root, reached, reached.file)

    def _file(self, root: Root, reached: Reached, file: YamlFile) -> Iterator[Mark | Unchecked]:
        renamed = [each for owner in reached.transformers for each in self._renames(owner)]
        renamed += _renamed_by_flux(root)
        for document in file.documents:
            for node in objects_of(document.root) if document.root is not None else ():
                called, written = identity(node, reached.transformers), identity(node)
                if called is None or written is None:
                    continue
                by = next((each.by for each in renamed if each.includes(called) or each.includes(written)), None)
                if by is not None or "${" in f"{called}":
                    reason = f"{by} changes" if by is not None else "a variable decides"
                    yield Unchecked(file.path, f"{reason} what {called} is called: not compared with other objects")
                    continue
                yield from self._object(Placed(file, node, _by_flux(called, root), root, reached.chain))

    def _object(self, placed: Placed) -> Iterator[Mark]:
        called = placed.identity
        key = (called.group, called.kind, called.namespace, called.name)
        first = self._built.setdefault((id(placed.root), *key), placed)
        if first is placed and not is_local(placed.node):
            first = self._seen.setdefault(key, placed)
        if first is placed:
            return
        same = first.node is placed.node
        told = (id(first.root), first.chain, id(placed.root), placed.chain) if same else (id(placed.node),)
        if told not in self._told:
            self._told.add(told)
            yield self._mark(first, placed, same=same)

    def _mark(self, first: Placed, second: Placed, *, same: bool) -> Mark:
        cluster, about = _cluster(first), str(second.identity)
        if not same:
            name, place = lookup(second.node, "metadata", "name"), f"{first.file.path}:{first.file.line(first.node)}"
            message = f"{cluster} gets {about} from {place} already"
            return at(second.file, name, message, "keep one of them, or change name or namespace", about=about)
        ways = " and by ".join(_way(placed) for placed in (first, second))
        file, node = self._parting(first, second)
        return at(file, node, f"{cluster} gets {about} twice: by {ways}", "take one of the two ways out", about=about)

    def _parting(self, first: Placed, second: Placed) -> tuple[YamlFile, Node | None]:
        """Return what leads to an object a second time: an entry of a kustomization, or the path of a Flux one."""
        by, places = _stranger(first.root, second.root), self._repo.graph.places
        if first.root is second.root:
            pairs = zip(first.chain, second.chain, strict=False)
            depth = next((index for index, (one, other) in enumerate(pairs) if one != other), len(first.way))
            owner, following = second.way[depth - 1], second.chain[depth : depth + 1] or (second.file.path,)
            for entry in reversed((*owner.resources, *owner.components)):
                if places.target(owner.directory, entry.text).path in following:
                    return owner.file, entry.node
        elif by is not None and by.path_node is not None:
            return by.file, by.path_node
        return second.file, lookup(second.node, "metadata", "name")

    def _renames(self, owner: KustomizationFile) -> tuple[Renamed, ...]:
        if owner not in self._renamed:
            self._renamed[owner] = tuple(renames(owner, self._repo.graph))
        return self._renamed[owner]


def _renamed_by_flux(root: Root) -> Iterator[Renamed]:
    for entry in root.by.patches if root.by is not None else ():
        target, patch = entry.get("target"), inline(text(entry, "patch"))
        if root.by is not None and patch is not None and CHANGES.search(patch.text):
            yield from selected(target if isinstance(target, Mapping) else None, patch, root.by.file.path)


def _by_flux(called: Identity, root: Root) -> Identity:
    """Return what Flux makes of an object's identity."""
    if root.by is None:
        return called
    spec = root.by.root.get("spec")
    namespace = root.by.target_namespace if called.namespace else None
    prefix, suffix = text(spec, "namePrefix") or "", text(spec, "nameSuffix") or ""
    name = called.name if called.kind in KEEPS_NAME else f"{prefix}{called.name}{suffix}"
    return called._replace(namespace=namespace or called.namespace, name=name)


def _stranger(first: Root, second: Root) -> FluxKustomization | None:
    """Return the Flux Kustomization that is not called like what it applies, the second when neither or both are."""
    one, other = first.by, second.by
    is_at_home = [by is not None and by.path is not None and by.name in by.path.split("/") for by in (one, other)]
    return one if is_at_home == [False, True] else other


def _cluster(placed: Placed) -> str:
    return f"cluster {placed.root.cluster}" if placed.root.cluster else "the cluster"


def _way(placed: Placed) -> str:
    by = placed.root.by
    return " -> ".join((*((f"Flux Kustomization {by.name}",) if by is not None else ()), *placed.chain))
