"""What pods refer to by name: ConfigMaps, Secrets, and keys in them."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.kustomize.render.value import Leaf, Map
from infra_tool.lint.cluster.object import CONFIG_MAP, SECRET, Kind
from infra_tool.lint.cluster.pods import Pod
from infra_tool.lint.cluster.values import flag, leaf, maps, text

ENV = (("configMapKeyRef", CONFIG_MAP), ("secretKeyRef", SECRET))
ENV_FROM = (("configMapRef", CONFIG_MAP), ("secretRef", SECRET))
VOLUME = (("configMap", CONFIG_MAP, "name"), ("secret", SECRET, "secretName"))
PROJECTED = (("configMap", CONFIG_MAP, "name"), ("secret", SECRET, "name"))


class Ref(NamedTuple):
    """A reference to an object, and to `keys` in it, each with the scalar that names it."""

    kind: Kind
    name: Leaf
    keys: tuple[Leaf, ...] = ()
    is_optional: bool = False


def refs_of(pod: Pod) -> Iterator[Ref]:
    """Yield the ConfigMaps and Secrets that the pods of an object need to start."""
    for container in pod.containers():
        yield from _environment(container)
    for volume in maps(pod.spec, "volumes"):
        for field, kind, name in VOLUME:
            yield from _ref(volume, field, kind, name)
        for source in maps(volume, "projected", "sources"):
            for field, kind, name in PROJECTED:
                yield from _ref(source, field, kind, name)
        yield from _ref(volume, "csi", SECRET, "nodePublishSecretRef", "name")


def _environment(container: Map) -> Iterator[Ref]:
    for item in maps(container, "env"):
        yield from _by_key(item)
    for item in maps(container, "envFrom"):
        for field, kind in ENV_FROM:
            yield from _ref(item, field, kind, "name")


def _by_key(item: Map) -> Iterator[Ref]:
    for field, kind in ENV:
        name, key = leaf(item, "valueFrom", field, "name"), leaf(item, "valueFrom", field, "key")
        if name is not None:
            is_optional = flag(item, "valueFrom", field, "optional")
            yield Ref(kind, name, (key,) if key is not None else (), is_optional)


def _ref(owner: Map, field: str, kind: Kind, *path: str) -> Iterator[Ref]:
    name = leaf(owner, field, *path)
    if name is not None:
        keys = tuple(key for item in maps(owner, field, "items") if (key := leaf(item, "key")) is not None)
        yield Ref(kind, name, keys, flag(owner, field, "optional"))


def sub_paths(pod: Pod) -> Iterator[Ref]:
    """Yield what is mounted as a single file: a `subPath` is a key of what the volume holds."""
    held: dict[str, tuple[Kind, Leaf]] = {}
    for volume in maps(pod.spec, "volumes"):
        for field, kind, path in VOLUME:
            name = leaf(volume, field, path)
            if name is not None and not any(maps(volume, field, "items")) and not flag(volume, field, "optional"):
                held[text(volume, "name")] = (kind, name)
    for container in pod.containers() if held else ():
        for mount in maps(container, "volumeMounts"):
            key = leaf(mount, "subPath")
            if key is not None and key.text and text(mount, "name") in held:
                yield Ref(*held[text(mount, "name")], keys=(key,))
