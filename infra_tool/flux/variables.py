"""The variables that Flux puts into what a Flux Kustomization applies."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from infra_tool.flux.kustomization import GROUP, FluxKustomization
from infra_tool.flux.values import maps, text, texts
from infra_tool.kustomize.render.manifest import value_from
from infra_tool.kustomize.render.value import Map, Origin, Value

CONFIG_MAP = ("", "ConfigMap")
FLUX_KUSTOMIZATION = (GROUP.rstrip("/"), "Kustomization")
CIPHERTEXT = "ENC["

Key = tuple[tuple[str, str], str, str]
"""What an object is called: its kind (group and name), namespace and name."""
Held = Mapping[Key, Sequence[Map]]
"""The objects of a cluster, before any variable is replaced."""


class Variables(NamedTuple):
    """What is known of them: `values` by name, and the `names` of all; None when others may be set too.

    `always`: Flux looks at texts where no variable is set too.
    """

    values: Mapping[str, str]
    names: frozenset[str] | None
    always: bool = False

    @property
    def act(self) -> bool:
        """Tell whether Flux looks at texts at all."""
        return self.names is None or bool(self.names) or self.always

    def get(self, name: str) -> str | None:
        """Return the value of a variable, empty for one that nobody sets; None where that is not known."""
        if name in self.values:
            return self.values[name]
        return None if self.names is None or name in self.names else ""


def holding(objects: Iterable[tuple[Key, Map]]) -> Held:
    """Return the objects of a cluster by what they are called."""
    held: dict[Key, list[Map]] = {}
    for key, value in objects:
        held.setdefault(key, []).append(value)
    return held


def variables_of(by: FluxKustomization, held: Held, *, with_secrets: bool = False) -> Variables:
    """Return the variables of a Flux Kustomization, as the cluster gets it; its own win, as for Flux.

    Values of Secrets are known only `with_secrets`.
    """
    root = applied_root(by, held)
    given = texts(root, "spec", "postBuild", "substitute")
    values: dict[str, str] = {}
    names: frozenset[str] | None = frozenset(given)
    for source in maps(root, "spec", "postBuild", "substituteFrom"):
        kind = ("", text(source, "kind"))
        found = held.get((kind, by.namespace, text(source, "name")), ())
        if len(found) == 1:
            data = texts(found[0], "data")
            pairs = {**(_decoded(data) if kind != CONFIG_MAP else data), **texts(found[0], "stringData")}
            names = names | frozenset(pairs) if names is not None else None
            values |= _plain(pairs) if with_secrets or kind == CONFIG_MAP else {}
        else:
            names = None
    always = text(root, "spec", "postBuild", "substituteStrategy") == "Always"
    return Variables(values | _plain(given), names, always)


class Known:
    """What is known of the Flux Kustomizations of one cluster, found once for each."""

    def __init__(self, held: Held, *, with_secrets: bool = False) -> None:
        """Look into the objects of the cluster."""
        self._held = held
        self._with_secrets = with_secrets
        self._variables: dict[int, Variables] = {}
        self._roots: dict[int, Value] = {}

    def variables(self, by: FluxKustomization) -> Variables:
        """Return its variables."""
        if id(by) not in self._variables:
            self._variables[id(by)] = variables_of(by, self._held, with_secrets=self._with_secrets)
        return self._variables[id(by)]

    def root(self, by: FluxKustomization) -> Value:
        """Return itself as the cluster gets it."""
        if id(by) not in self._roots:
            self._roots[id(by)] = applied_root(by, self._held)
        return self._roots[id(by)]


def applied_root(by: FluxKustomization, held: Held) -> Value:
    """Return a Flux Kustomization as patches leave it; as it is written, where no build applies it."""
    flux = (one for (kind, _, _), ones in held.items() if kind == FLUX_KUSTOMIZATION for one in ones)
    found = next((value for value in flux if value.node is by.root), None)
    return found if found is not None else value_from(by.root, Origin(by.file.path, by.file))


def _decoded(data: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a Secret's data; what is encrypted, or no base64, as it is."""
    return {key: value if value.startswith(CIPHERTEXT) else _text(value) for key, value in data.items()}


def _text(encoded: str) -> str:
    try:
        return base64.b64decode(encoded).decode()
    except ValueError:
        return encoded


def _plain(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is in the clear, as Flux takes it: without line breaks."""
    return {key: value.replace("\n", "") for key, value in values.items() if not value.startswith(CIPHERTEXT)}
