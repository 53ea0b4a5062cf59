"""The variables that Flux puts into what a Flux Kustomization applies."""

import base64
from collections.abc import Iterable, Mapping
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


class Known:
    """What the objects of one cluster, before any variable is replaced, say of its Flux Kustomizations.

    Values of Secrets count only `with_secrets`.
    """

    def __init__(self, objects: Iterable[tuple[Key, Map]], *, with_secrets: bool = False) -> None:
        """Look at the objects."""
        self._held: dict[Key, list[Map]] = {}
        self._flux: dict[int, Map] = {}
        for key, value in objects:
            self._held.setdefault(key, []).append(value)
            if key[0] == FLUX_KUSTOMIZATION and value.node is not None:
                self._flux.setdefault(id(value.node), value)
        self._with_secrets = with_secrets
        self._variables: dict[int, Variables] = {}

    def root(self, by: FluxKustomization) -> Value:
        """Return a Flux Kustomization as patches leave it; as it is written, where no build brings it."""
        if id(by.root) not in self._flux:
            written = value_from(by.root, Origin(by.file.path, by.file))
            self._flux[id(by.root)] = written if isinstance(written, Map) else Map(written.origin, written.node)
        return self._flux[id(by.root)]

    def variables(self, by: FluxKustomization) -> Variables:
        """Return the variables of a Flux Kustomization; its own win, as for Flux."""
        if id(by) not in self._variables:
            self._variables[id(by)] = self._variables_of(by)
        return self._variables[id(by)]

    def sources(self, by: FluxKustomization) -> list[Key]:
        """Return what the objects are called that a Flux Kustomization takes variables from."""
        listed = maps(self.root(by), "spec", "postBuild", "substituteFrom")
        return [(("", text(source, "kind")), by.namespace, text(source, "name")) for source in listed]

    def _variables_of(self, by: FluxKustomization) -> Variables:
        root = self.root(by)
        given = texts(root, "spec", "postBuild", "substitute")
        values: dict[str, str] = {}
        names: frozenset[str] | None = frozenset(given)
        for key in self.sources(by):
            kind, found = key[0], self._held.get(key, ())
            if len(found) == 1:
                pairs = _pairs(found[0], is_secret=kind != CONFIG_MAP)
                names = names | frozenset(pairs) if names is not None else None
                values |= _plain(pairs) if self._with_secrets or kind == CONFIG_MAP else {}
            else:
                names = None
        always = text(root, "spec", "postBuild", "substituteStrategy") == "Always"
        return Variables(values | _plain(given), names, always)


def _pairs(value: Map, *, is_secret: bool) -> dict[str, str]:
    data = texts(value, "data")
    return {**(_decoded(data) if is_secret else data), **texts(value, "stringData")}


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
