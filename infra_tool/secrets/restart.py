"""Make pods restart when the secrets they read change: a fingerprint in the annotation of their template."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool import sops, yamldoc
from infra_tool.edits import Edits, Overlay, Tree, children
from infra_tool.errors import InfraToolError
from infra_tool.splice import Splice
from infra_tool.yamldoc import Scalar, YamlFile, lookup, text

TEMPLATES = (("spec", "template"), ("spec", "jobTemplate", "spec", "template"))
SUFFIXES = (".yaml", ".yml")


class Refreshed(NamedTuple):
    """Edits with the annotations refreshed, and `Kind/name` of each workload that will restart."""

    edits: Edits
    workloads: tuple[str, ...]


def written(tree: Tree, path: str, old: bytes, new: bytes, *, refresh: bool) -> Refreshed:
    """Return the edit that gives an encrypted file new content and, with `refresh`, its workloads a new annotation."""
    edits = Edits().write(path, new, tree.entries[path].mode)
    if refresh and sops.fingerprint(new) != sops.fingerprint(old):
        return annotated(tree, edits, path)
    return Refreshed(edits, ())


def annotated(tree: Tree, edits: Edits, secret: str) -> Refreshed:
    """Refresh the annotation of the workloads in the directory of `secret`, in the tree as `edits` leave it.

    Only workloads that carry the annotation are touched. The fingerprint is over all encrypted files of the directory.
    """
    seen = Overlay(tree, edits)
    files = [yamldoc.parse(seen.read(path), path) for path in _beside(tree, edits, secret)]
    value = sops.fingerprint(*(file.data for file in files if sops.is_encrypted(file)))
    workloads: list[str] = []
    for file in files:
        splices = []
        for name, splice in _annotations(file, value):
            workloads.append(name)
            splices.append(splice)
        edits = edits.splice(tree, file.path, splices) if splices else edits
    return Refreshed(edits, tuple(workloads))


def _beside(tree: Tree, edits: Edits, path: str) -> Iterator[str]:
    """Yield the YAML files in the directory of one, as `edits` leave them."""
    folder = posixpath.dirname(path)
    listed = (posixpath.join(folder, name) for name in children(tree, folder))
    written = (other for other in edits if posixpath.dirname(other) == folder)
    for other in sorted({*listed, *written}):
        is_there = edits.files[other] is not None if other in edits.files else other in tree.entries
        if is_there and other.endswith(SUFFIXES):
            yield other


def _annotations(file: YamlFile, value: str) -> Iterator[tuple[str, Splice]]:
    for document in file.documents:
        for template in TEMPLATES:
            node = lookup(document.root, *template, "metadata", "annotations", sops.RESTART)
            if isinstance(node, Scalar) and node.value != value:
                name = f"{text(document.root, 'kind')}/{text(document.root, 'metadata', 'name')}"
                yield name, _replaced(file, node, value)


def _replaced(file: YamlFile, node: Scalar, value: str) -> Splice:
    try:
        return yamldoc.replace_scalar(file, node, value)
    except InfraToolError as error:
        hint = "write the annotation out, or use --no-restart"
        raise InfraToolError(error.message, path=file.path, line=file.line(node), hint=hint) from error
