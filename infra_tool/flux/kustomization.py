"""A Flux Kustomization: an object that makes Flux build a directory and apply what comes out."""

import posixpath
from dataclasses import dataclass, field
from typing import NamedTuple

from infra_tool.kustomize import Image, entries
from infra_tool.kustomize.check import pairs
from infra_tool.yamldoc import Content, Mapping, Scalar, Sequence, YamlFile, lookup, text

GROUP = "kustomize.toolkit.fluxcd.io/"
SOURCES = "source.toolkit.fluxcd.io/"


class Source(NamedTuple):
    """What a Flux Kustomization takes its files from."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, eq=False)
class FluxKustomization:
    """What a Flux Kustomization says.

    `path` is the directory that it builds, repo-relative ("" is the root); None when a variable hides it. `cluster` is
    the cluster that gets it, None where no directory of `clusters/` leads to it; `chain` are the files that pull it in,
    outermost first, its own the last. `is_own`: its source is this very repo, so that its path must be here. `decrypts`
    tells whether Flux decrypts with sops what it builds, patches by whatever pulls it in taken into account.
    """

    file: YamlFile = field(repr=False)
    root: Mapping = field(repr=False)
    name: str
    namespace: str
    path: str | None
    source: Source
    cluster: str | None = None
    chain: tuple[str, ...] = ()
    is_own: bool = False
    decrypts: bool = False

    @property
    def path_node(self) -> Scalar | None:
        """The text of `spec.path`; None when it is left to its default, the root of the source."""
        node = lookup(self.root, "spec", "path")
        return node if isinstance(node, Scalar) else None

    @property
    def target_namespace(self) -> str | None:
        """The namespace that everything gets."""
        return text(self.root, "spec", "targetNamespace")

    @property
    def substitutes(self) -> bool:
        """Tell whether `${VAR}` in what it applies is replaced."""
        return isinstance(lookup(self.root, "spec", "postBuild"), Mapping)

    @property
    def is_suspended(self) -> bool:
        """Tell whether Flux leaves it alone for now."""
        return text(self.root, "spec", "suspend") == "true"

    @property
    def images(self) -> tuple[Image, ...]:
        """The entries of `spec.images`, which act after those of all kustomization files."""
        spec = lookup(self.root, "spec")
        return tuple(entries.images(pairs(spec))) if isinstance(spec, Mapping) else ()

    @property
    def patches(self) -> tuple[Mapping, ...]:
        """The entries of `spec.patches`."""
        return tuple(item for item in _items(lookup(self.root, "spec", "patches")) if isinstance(item, Mapping))


def is_flux(root: Content | None) -> bool:
    """Tell whether an object is a Flux Kustomization."""
    return text(root, "kind") == "Kustomization" and (text(root, "apiVersion") or "").startswith(GROUP)


def normalised(path: str) -> str | None:
    """Return a `spec.path` as a repo-relative directory; None when a variable hides it.

    Flux keeps every path inside of the source: `..` stops at its root, and an absolute path starts there.
    """
    if "${" in path:
        return None
    return posixpath.normpath(f"//{path}").strip("/")


def _items(node: Content | None) -> tuple[Content, ...]:
    return tuple(node.values()) if isinstance(node, Sequence) else ()
