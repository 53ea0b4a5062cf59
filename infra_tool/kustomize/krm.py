"""Whether a file holds Kubernetes objects, as kustomize asks of what is listed under `resources`."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.check import is_null, pairs
from infra_tool.yamldoc import Content, Mapping, Scalar, Sequence, YamlFile


class Lack(NamedTuple):
    """An object that lacks its kind or name; `what` is `kind` or `metadata.name`."""

    node: Content
    what: str
    line: int


class Manifest(NamedTuple):
    """A file that is listed as a resource; `file` is None when it is not read, `error` says why it could not be."""

    file: YamlFile | None
    has_objects: bool
    lacks: tuple[Lack, ...] = ()
    error: InfraToolError | None = None


def judge(file: YamlFile) -> Manifest:
    """Return what a file holds."""
    objects = [item for document in file.documents if document.root is not None for item in objects_of(document.root)]
    lacks = tuple(Lack(node, what, file.line(node)) for node in objects if (what := _lack(node)) is not None)
    return Manifest(file, has_objects=bool(objects), lacks=lacks)


def objects_of(root: Content) -> Iterator[Content]:
    """Yield the objects of a document: none of an empty one, the items of a List (recursively), else itself."""
    if is_null(root) or (isinstance(root, Mapping) and not root.items):
        return
    listed = root.get("items") if isinstance(root, Mapping) and _is_list(root) else None
    if isinstance(listed, Sequence):
        for item in listed.values():
            yield from objects_of(item)
    else:
        yield root


def _is_list(root: Mapping) -> bool:
    kind = root.get("kind")
    return isinstance(kind, Scalar) and kind.value.endswith("List")


def _lack(root: Content) -> str | None:
    if not isinstance(root, Mapping):
        return "kind"
    kind, metadata = root.get("kind"), root.get("metadata")
    if not _says(kind) and not _says(_merged(root, "kind")):
        return "kind"
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    if _says(name) or _is_list(root):
        return None
    metadata = _merged(root, "metadata")
    name = _merged(metadata, "name") if isinstance(metadata, Mapping) else None
    return None if _says(name) else "metadata.name"


def _merged(root: Mapping, key: str) -> Content | None:
    """Return the value of a key, merge keys expanded."""
    found = pairs(root).get(key)
    return found[1] if found is not None else None


def _says(node: Content | None) -> bool:
    return isinstance(node, Scalar) and bool(node.value) and not is_null(node)
