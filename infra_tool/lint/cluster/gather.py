"""Gather what each cluster gets."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from infra_tool.flux import FluxKustomization, Root, rendering, substitution
from infra_tool.kustomize.render import Part, Sources
from infra_tool.lint.cluster.cluster import Cluster
from infra_tool.lint.cluster.object import CONFIG_MAP, Kind, Object, object_of
from infra_tool.lint.cluster.values import texts
from infra_tool.lint.effective import CIPHERTEXT
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

    def of(self, roots: list[Root]) -> Cluster:
        found = [(root, part) for root in roots for part in rendering.rendered(self._sources, root)]
        for root, part in found:
            self._objects += (object_of(resource, root) for resource in part.objects)
            if part.error is not None:
                self._gaps.append(part)
                self._hidden.add(part.namespace or (root.by.target_namespace if root.by else None))
        for by in self._repo.flux:
            if by.cluster == self._name and (by.path is None or not by.is_own):
                self._hidden.add(by.target_namespace)
        objects = tuple(self._substituted())
        aims = tuple(self._sources.aims.values())
        return Cluster(self._name, self._repo, objects, tuple(self._gaps), frozenset(self._hidden), aims)

    def _substituted(self) -> Iterator[Object]:
        variables: dict[int, Mapping[str, str]] = {}
        for one in self._objects:
            by = one.root.by
            if by is None or not by.substitutes:
                yield one
                continue
            if id(by) not in variables:
                variables[id(by)] = self._variables(by)
            yield _replaced(one, variables[id(by)])

    @cached_property
    def _held(self) -> Mapping[tuple[Kind, str, str], Object]:
        return {(one.kind, one.namespace, one.name): one for one in self._objects}

    def _variables(self, by: FluxKustomization) -> Mapping[str, str]:
        """Return what is known of the variables of a Flux Kustomization; its own come last, as for Flux."""
        found: dict[str, str] = {}
        for kind, name in substitution.sources(by):
            held = self._held.get((Kind("", kind), by.namespace, name))
            if held is not None and held.kind == CONFIG_MAP:
                found |= {
                    key: text for key, text in texts(held.value, "data").items() if not text.startswith(CIPHERTEXT)
                }
        return found | substitution.given(by)


def _replaced(one: Object, variables: Mapping[str, str]) -> Object:
    substitution.substitute(one.value, variables)
    return one._replace(
        name=substitution.replaced(one.name, variables), namespace=substitution.replaced(one.namespace, variables)
    )
