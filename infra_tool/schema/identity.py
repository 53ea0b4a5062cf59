"""What an object says about itself: apiVersion, kind and name."""

from collections.abc import Container
from typing import NamedTuple

from infra_tool.schema.scalars import VARIABLE, flat, value, with_items
from infra_tool.yamldoc import Content, Mapping, Node, Scalar

KUSTOMIZE = "kustomize.config.k8s.io/"
"""kustomization files and Components: kustomize reads them, no API server does."""

EXAMPLES = {
    "apiVersion": "`apiVersion: apps/v1`",
    "kind": "`kind: Deployment`",
    "metadata.name": "`metadata: {name: web}`",
}


class Identity(NamedTuple):
    """The type of an object; None for what it does not name by a text."""

    api_version: str | None
    kind: str | None

    def unclear(self) -> str | None:
        """Return why the type cannot be known from the file alone, if it is there at all."""
        for name, text in (("apiVersion", self.api_version), ("kind", self.kind)):
            if text and VARIABLE.search(text):
                return f"its type is not known: {name} holds a variable"
            if text and text.startswith("ENC["):
                return f"its type is not known: {name} is encrypted"
        return None


def identify(root: Mapping) -> Identity:
    """Read the type that an object names."""
    return Identity(_text(root.get("apiVersion")), _text(root.get("kind")))


def missing(root: Mapping, *, named: bool) -> list[str]:
    """Return what every object must have and `root` does not; a wrong type counts as there."""
    names = [key for key in ("apiVersion", "kind") if _absent(root.get(key))]
    if named and not _is_named(root.get("metadata")):
        names.append("metadata.name")
    return names


def only(mapping: Mapping, names: Container[str]) -> Mapping:
    """Return the mapping without any other entries."""
    return with_items(mapping, [entry for entry in mapping.items if _name(entry[0]) in names])


def without(mapping: Mapping, name: str) -> Mapping:
    """Return the mapping without one entry."""
    return with_items(mapping, [entry for entry in mapping.items if _name(entry[0]) != name])


def _name(key: Node) -> str | None:
    return key.value if isinstance(key, Scalar) else None


def _is_named(metadata: Content | None) -> bool:
    if isinstance(metadata, Mapping):
        described = flat(metadata)
        return not (_absent(described.get("name")) and _absent(described.get("generateName")))
    return not _absent(metadata)


def _text(node: Content | None) -> str | None:
    got = value(node) if isinstance(node, Scalar) else None
    return got if isinstance(got, str) else None


def _absent(node: Content | None) -> bool:
    return node is None or (isinstance(node, Scalar) and value(node) in {None, ""})
