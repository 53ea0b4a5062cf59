"""Read a secret that lives elsewhere: an environment file, a docker configuration, what kubectl prints."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.secrets import dotenv
from infra_tool.sops import Secret
from infra_tool.yamldoc import Node, Scalar, YamlError, lookup, text

OPAQUE = "Opaque"
DOCKER = ("kubernetes.io/dockerconfigjson", ".dockerconfigjson")
OWNED = "kustomize.toolkit.fluxcd.io/"
"""Labels that Flux puts on what it applies."""


@dataclass(frozen=True)
class Imported:
    """A secret as found; `name` is None where the source has none."""

    values: Mapping[str, Secret] = field(repr=False)
    type: str = OPAQUE
    name: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def parse(data: bytes, path: str, docker: Callable[[str], Secret]) -> Imported:
    """Read a secret in whichever of the formats it is; `docker` makes a pull secret of a docker configuration.

    Of a Secret the cluster's own additions are left out: namespace, annotations, ids. Raises InfraToolError, without
    any value, for what is none of them.
    """
    root = _root(data, path)
    if lookup(root, "auths") is not None:
        kind, key = DOCKER
        return Imported({key: docker(data.decode())}, kind)
    if text(root, "kind") is None:
        return Imported(_required(dotenv.parse(data, path), path))
    if text(root, "kind") == "List":
        items = lookup(root, "items")
        listed = list(items.values()) if isinstance(items, yamldoc.Sequence) else []
        root = listed[0] if len(listed) == 1 else None
    if text(root, "kind") != "Secret":
        raise InfraToolError("holds no Secret, or more than one", path=path, hint="one Secret at a time")
    return _secret(root, path)


def _root(data: bytes, path: str) -> Node | None:
    """Return the root of a YAML or JSON file; None for what is neither, as environment files mostly are."""
    try:
        documents = [document.root for document in yamldoc.parse(data, path).documents if document.root]
    except YamlError:
        return None
    return documents[0] if len(documents) == 1 else None


def _secret(root: Node | None, path: str) -> Imported:
    values = dict(_decoded(root, path))
    values |= {key: Secret(value) for key, value in _pairs(root, "stringData")}
    labels = {key: value for key, value in _pairs(root, "metadata", "labels") if not key.startswith(OWNED)}
    name = text(root, "metadata", "name")
    return Imported(_required(values, path), text(root, "type") or OPAQUE, name, labels)


def _decoded(root: Node | None, path: str) -> Iterator[tuple[str, Secret]]:
    for key, value in _pairs(root, "data"):
        try:
            yield key, Secret(base64.b64decode("".join(value.split()), validate=True))
        except (binascii.Error, ValueError):
            raise InfraToolError(f"data.{key} is not base64", path=path) from None


def _pairs(root: Node | None, *keys: str) -> Iterator[tuple[str, str]]:
    found = lookup(root, *keys)
    for key, value in found.pairs() if isinstance(found, yamldoc.Mapping) else ():
        if isinstance(value, Scalar):
            yield key.value, value.value


def _required(values: Mapping[str, Secret], path: str) -> Mapping[str, Secret]:
    if not values:
        raise InfraToolError("holds no value", path=path)
    return values
