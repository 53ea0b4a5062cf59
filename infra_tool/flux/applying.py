"""Render what Flux Kustomizations apply, in the order in which Flux does."""

from collections.abc import Container, Iterable, Iterator, Sequence

from infra_tool.errors import InfraToolError
from infra_tool.flux import applied, rendering
from infra_tool.flux.applied import Object
from infra_tool.flux.brought import Brought
from infra_tool.flux.discover import Root
from infra_tool.flux.reveal import Opener
from infra_tool.flux.variables import Known
from infra_tool.kustomize.render import Sources
from infra_tool.yamldoc import Sequence as List
from infra_tool.yamldoc import lookup, text


def render(
    sources: Sources, chosen: Sequence[Root], others: Iterable[Root], *, substitutes: bool, opener: Opener | None = None
) -> list[Object]:
    """Return the objects of the `chosen` builds of a cluster, as Flux applies them; with an `opener` decrypted.

    The `others` of the cluster are built for what they say of the chosen ones: their variables, and patches of the Flux
    Kustomizations. Raises InfraToolError where one that is chosen cannot be built.
    """
    wanted = {id(root) for root in chosen}
    every, brought = list[Object](), Brought()
    for root in ordered([*others, *chosen]):
        try:
            found = rendering.whole(sources, brought.root(root))
        except InfraToolError:
            if id(root) in wanted:
                raise
            continue
        brought.note(found)
        every += (Object(one, root, one.needs_hash) for one in found)
    if opener is not None:
        for one in _needed(every, wanted, substitutes=substitutes):
            opener.open(one.value)
    for refused, error in applied.finish(every, substitutes=substitutes, with_secrets=opener is not None):
        if id(refused.root) in wanted:
            raise error
    return [one for one in every if id(one.root) in wanted]


def _needed(every: Sequence[Object], wanted: Container[int], *, substitutes: bool) -> Iterator[Object]:
    """Yield the objects of the chosen builds, and those that their variables come from."""
    known = Known((one.key, one.value) for one in every)
    chosen = {id(one.root): one.root.by for one in every if id(one.root) in wanted}
    sources = {key for by in chosen.values() if substitutes and by is not None for key in known.sources(by)}
    yield from (one for one in every if id(one.root) in wanted or one.key in sources)


def ordered(roots: Sequence[Root]) -> list[Root]:
    """Return builds in the order in which Flux applies them.

    Each comes after the one that brings its Flux Kustomization, and after those that it depends on; otherwise, and
    where they depend on each other, they stay in their order.
    """
    before = _Before(roots)
    found: dict[int, Root] = {}
    under_way: set[int] = set()
    for root in roots:
        ahead = [(root, iter((root,)))]
        while ahead:
            here, others = ahead[-1]
            other = next((each for each in others if id(each) not in under_way), None)
            if other is None:
                found.setdefault(id(here), here)
                ahead.pop()
            else:
                under_way.add(id(other))
                ahead.append((other, before.of(other)))
    return list(found.values())


class _Before:
    """What comes before a build."""

    def __init__(self, roots: Iterable[Root]) -> None:
        self._bringing: dict[str, Root] = {}
        self._named: dict[tuple[str, str], Root] = {}
        for root in roots:
            for reached in root.build.files:
                self._bringing.setdefault(reached.path, root)
            if root.by is not None:
                self._named.setdefault((root.by.namespace, root.by.name), root)

    def of(self, root: Root) -> Iterator[Root]:
        """Yield the build that brings its Flux Kustomization, then those that it depends on."""
        if root.by is None:
            return
        entries = lookup(root.by.root, "spec", "dependsOn")
        names = [
            (text(entry, "namespace") or root.by.namespace, text(entry, "name") or "")
            for entry in (entries.values() if isinstance(entries, List) else ())
        ]
        found = (self._bringing.get(root.by.file.path), *(self._named.get(name) for name in names))
        yield from (other for other in found if other is not None)
