"""Make pods restart when the secrets they read change: a fingerprint in the annotation of their template."""

import posixpath
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from infra_tool import sops, yamldoc
from infra_tool.edits import Edits, Overlay, Tree, children
from infra_tool.errors import InfraToolError
from infra_tool.secrets import locate
from infra_tool.splice import Splice
from infra_tool.yamldoc import SUFFIXES, Mapping, Node, Scalar, Sequence, YamlFile, lookup, text

TEMPLATES = (("spec", "template"), ("spec", "jobTemplate", "spec", "template"))
REFERENCES = {"secretRef": ("name",), "secretKeyRef": ("name",), "secret": ("secretName", "name")}
"""Where a pod names a Secret, and by which field."""


class Refreshed(NamedTuple):
    """Edits with the annotations refreshed, and `Kind/name` of each workload that will restart."""

    edits: Edits
    workloads: tuple[str, ...]


def written(tree: Tree, path: str, old: bytes, new: bytes, *, refresh: bool) -> Refreshed:
    """Return the edit that gives an encrypted file new content and, with `refresh`, its workloads a new annotation."""
    edits = Edits().write(path, new, tree.entries[path].mode)
    before, after = (sops.fingerprint(yamldoc.parse(data, path)) for data in (old, new))
    return annotated(tree, edits, path) if refresh and before != after else Refreshed(edits, ())


def annotated(tree: Tree, edits: Edits, secret: str) -> Refreshed:
    """Refresh the annotation of the workloads that name a Secret of the file `secret`, in the tree as `edits` leave it.

    Only workloads beside the file that carry the annotation are touched. The fingerprint is over the encrypted files of
    the directory that hold a Secret which the workload names.
    """
    seen = Overlay(tree, edits)
    files = list(_readable(seen, _beside(tree, edits, secret)))
    holders = [(file, _names(file)) for file in files if sops.is_encrypted(file)]
    workloads: list[str] = []
    for file in files:
        splices = []
        for name, wanted, node in _annotations(file):
            read = [holder for holder, names in holders if names & wanted]
            value = sops.fingerprint(*read)
            if any(holder.path == secret for holder in read) and node.value != value:
                workloads.append(name)
                splices.append(_replaced(file, node, value))
        edits = edits.splice(tree, file.path, splices) if splices else edits
    return Refreshed(edits, tuple(workloads))


def _readable(tree: Tree, paths: Iterable[str]) -> Iterator[YamlFile]:
    """Yield the files that can be read; a broken one beside a secret is for lint to name, and stops nobody here."""
    for path in paths:
        with suppress(InfraToolError):
            yield yamldoc.parse(tree.read(path), path)


def _names(file: YamlFile) -> frozenset[str]:
    return frozenset(text(root, "metadata", "name") or "" for _, root in locate.secrets(file))


def _beside(tree: Tree, edits: Edits, path: str) -> Iterator[str]:
    """Yield the YAML files in the directory of one, as `edits` leave them."""
    folder = posixpath.dirname(path)
    listed = (posixpath.join(folder, name) for name in children(tree, folder))
    written = (other for other in edits if posixpath.dirname(other) == folder)
    for other in sorted({*listed, *written}):
        is_there = edits.files[other] is not None if other in edits.files else other in tree.entries
        if is_there and other.endswith(SUFFIXES):
            yield other


def _annotations(file: YamlFile) -> Iterator[tuple[str, frozenset[str], Scalar]]:
    """Yield each annotated workload as `Kind/name`, the Secrets that it names, and the annotation."""
    for document in file.documents:
        for template in TEMPLATES:
            node = lookup(document.root, *template, "metadata", "annotations", sops.RESTART)
            if isinstance(node, Scalar):
                name = f"{text(document.root, 'kind')}/{text(document.root, 'metadata', 'name')}"
                yield name, frozenset(_named(lookup(document.root, *template, "spec"))), node


def _named(node: Node | None) -> Iterator[str]:
    """Yield the names of the Secrets that a pod reads: in its environment, in its volumes."""
    if isinstance(node, Mapping):
        for key, value in node.pairs():
            for field in REFERENCES.get(key.value, ()):
                yield text(value, field) or ""
            yield from _named(value)
    elif isinstance(node, Sequence):
        for item in node.values():
            yield from _named(item)


def _replaced(file: YamlFile, node: Scalar, value: str) -> Splice:
    try:
        return yamldoc.replace_scalar(file, node, value)
    except InfraToolError as error:
        hint = "write the annotation out, or use --no-restart"
        raise InfraToolError(error.message, path=file.path, line=file.line(node), hint=hint) from error
