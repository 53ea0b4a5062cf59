"""Gather what each cluster gets."""

from collections.abc import Iterator

from infra_tool.errors import InfraToolError
from infra_tool.flux import Root, rendering, substitution
from infra_tool.flux.applied import add_metadata
from infra_tool.flux.brought import Brought
from infra_tool.flux.variables import Known, Variables
from infra_tool.kustomize.render import Part, Sources
from infra_tool.lint.cluster.cluster import Cluster
from infra_tool.lint.cluster.object import Object, object_of
from infra_tool.lint.cluster.variables import Open, broken, unset
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import lookup


def clusters(repo: Repo) -> Iterator[Cluster]:
    """Yield the clusters of a repo, with what they get at the same time.

    What a Flux Kustomization applies to another cluster by `spec.kubeConfig` is left out: little is known of it.
    """
    groups: dict[str | None, list[Root]] = {}
    for root in repo.roots:
        if root.by is None or lookup(root.by.root, "spec", "kubeConfig") is None:
            groups.setdefault(root.cluster, []).append(root)
    for name, roots in groups.items():
        yield _Gathering(repo, name).of(roots)


class _Gathering:
    """One cluster under way."""

    def __init__(self, repo: Repo, name: str | None) -> None:
        self._repo = repo
        self._name = name
        self._objects: list[Object] = []
        self._gaps = list[Part]()
        self._sources = Sources(repo.graph)
        self._hidden: set[str | None] = set()
        self._unset = list[Open]()
        self._broken = list[Open]()

    def of(self, roots: list[Root]) -> Cluster:
        for root, part in self._parts(roots):
            self._objects += (object_of(resource, root) for resource in part.objects)
            if part.error is not None:
                self._gaps.append(part)
                self._hidden.add(part.namespace or (root.by.target_namespace if root.by else None))
        for by in self._repo.flux:
            if by.cluster == self._name and (by.path is None or not by.is_own):
                self._hidden.add(by.target_namespace)
        objects = tuple(self._substituted())
        aims = tuple(self._sources.aims.values())
        hidden = frozenset(self._hidden)
        unset, broken = tuple(self._unset), tuple(self._broken)
        return Cluster(self._name, self._repo, objects, tuple(self._gaps), hidden, aims, unset, broken)

    def _parts(self, roots: list[Root]) -> Iterator[tuple[Root, Part]]:
        """Yield the parts of builds, the Flux Kustomization of each as the builds before bring it."""
        brought = Brought()
        for root in roots:
            for part in rendering.rendered(self._sources, brought.root(root)):
                brought.note(part.objects)
                yield root, part

    def _substituted(self) -> Iterator[Object]:
        known = Known(((one.kind, one.namespace, one.name), one.value) for one in self._objects)
        for one in self._objects:
            by = one.root.by
            if by is None:
                yield one
                continue
            found = self._replaced(one, known.variables(by)) if known.variables(by).act else one
            add_metadata(found.value, known.root(by))
            yield found

    def _replaced(self, one: Object, known: Variables) -> Object:
        self._unset += unset(one, known)
        self._broken += broken(one, known)
        lookup = known.values.get
        try:
            substitution.substitute(one.value, lookup)
        except InfraToolError as error:
            self._gaps.append(Part((), error, is_refused=True))
        name, namespace = (substitution.replaced(text, lookup) for text in (one.name, one.namespace))
        return one._replace(name=name, namespace=namespace)
