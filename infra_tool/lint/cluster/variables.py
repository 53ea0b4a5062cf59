"""The variables that Flux puts into what a Flux Kustomization applies."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from infra_tool.flux import FluxKustomization, substitution
from infra_tool.kustomize.render.manifest import value_from
from infra_tool.kustomize.render.value import Leaf, Origin, Value
from infra_tool.lint.cluster.object import CONFIG_MAP, FLUX_KUSTOMIZATION, Kind, Object
from infra_tool.lint.cluster.values import maps, text, texts
from infra_tool.lint.effective import CIPHERTEXT

Held = Mapping[tuple[Kind, str, str], list[Object]]
"""The objects of a cluster by what they are called, before any variable is replaced."""


class Variables(NamedTuple):
    """What is known of them: `values` by name, and the `names` of all; None when others may be set too."""

    values: Mapping[str, str]
    names: frozenset[str] | None

    @property
    def act(self) -> bool:
        """Tell whether Flux looks at texts at all: it does not where no variable is set."""
        return self.names is None or bool(self.names)


class Open(NamedTuple):
    """A text in an object that Flux cannot replace: a variable that nobody sets, or what is none."""

    owner: Object
    leaf: Leaf
    text: str


def variables_of(by: FluxKustomization, held: Held) -> Variables:
    """Return the variables of a Flux Kustomization, as the cluster gets it; its own win, as for Flux."""
    root = _root(by, held)
    given = texts(root, "spec", "postBuild", "substitute")
    values: dict[str, str] = {}
    names: frozenset[str] | None = frozenset(given)
    for source in maps(root, "spec", "postBuild", "substituteFrom"):
        kind = Kind("", text(source, "kind"))
        found = held.get((kind, by.namespace, text(source, "name")), [])
        if len(found) == 1:
            pairs = {**texts(found[0].value, "data"), **texts(found[0].value, "stringData")}
            names = names | frozenset(pairs) if names is not None else None
            values |= _plain(pairs) if kind == CONFIG_MAP else {}
        else:
            names = None
    return Variables(values | _plain(given), names)


def _root(by: FluxKustomization, held: Held) -> Value:
    """Return a Flux Kustomization as patches leave it; as it is written, where no build applies it."""
    flux = (one.value for (kind, _, _), ones in held.items() if kind == FLUX_KUSTOMIZATION for one in ones)
    found = next((value for value in flux if value.node is by.root), None)
    return found if found is not None else value_from(by.root, Origin(by.file.path, by.file))


def _plain(values: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if not value.startswith(CIPHERTEXT)}


def unset(one: Object, variables: Variables) -> Iterator[Open]:
    """Yield the variables in an object that nobody sets and that have no default."""
    if variables.names:
        for leaf, name in substitution.bare(one.value):
            if name not in variables.names:
                yield Open(one, leaf, name)


def broken(one: Object, variables: Variables) -> Iterator[Open]:
    """Yield the texts in an object that Flux takes for variables and cannot read."""
    if variables.act:
        for leaf, text_ in substitution.broken(one.value):
            yield Open(one, leaf, text_)
