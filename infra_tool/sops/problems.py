"""What is wrong with a file's encryption, told without any key."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from infra_tool.sops import cipher, metadata, walk
from infra_tool.sops.metadata import Metadata
from infra_tool.sops.walk import METADATA, Leaf
from infra_tool.yamldoc import Mapping, Node, Scalar, Sequence, YamlFile, lookup, text

Kind = Literal[
    "plain-secret",  # a Secret with values in the clear
    "partly-encrypted",  # metadata is there, but a selected value is plain
    "nothing-encrypted",  # metadata is there, and not one value is ciphertext
    "broken-metadata",  # a part of the metadata is missing, malformed, or not of a known kind
    "bad-recipient",  # a recipient is no key, or its checksum is wrong
    "malformed-value",  # a ciphertext that cannot be one
    "encrypted-structure",  # apiVersion, kind or metadata of an object is encrypted
    "stub-key",  # the stub annotation names this key
]

STUBS = "infra-tool/stub-keys"
"""Annotation of a Secret: the keys, separated by commas, whose values are still stubs."""

ARMOR = ("-----BEGIN AGE ENCRYPTED FILE-----\n", "-----END AGE ENCRYPTED FILE-----\n")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+].*)?")
EXEMPT_TYPES = frozenset({"kubernetes.io/service-account-token"})
STRUCTURE = ("apiVersion", "kind", "metadata")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong; `node` is where, `line` the same from 1. The message holds no value."""

    kind: Kind
    message: str
    line: int
    node: Node


def inspect(file: YamlFile) -> list[Problem]:
    """Return what is wrong with the encryption of a file, in line order; no key is needed."""
    found = metadata.read(file)
    problems = list(_stubs(file))
    if found is None:
        problems += _plain_secrets(file)
    else:
        problems += [*_metadata(file, found), *_values(file, found), *_structure(file)]
    return sorted(problems, key=lambda problem: (problem.line, problem.node.start))


def stub_keys(root: Node | None) -> tuple[str, ...]:
    """Return the keys of a Secret that its annotation calls stubs."""
    listed = text(root, "metadata", "annotations", STUBS) or ""
    return tuple(key for part in listed.split(",") if (key := part.strip()))


def _problem(file: YamlFile, kind: Kind, message: str, node: Node) -> Problem:
    return Problem(kind, message, file.line(node), node)


def _stubs(file: YamlFile) -> Iterator[Problem]:
    for document in file.documents:
        if text(document.root, "kind") != "Secret":
            continue
        for key in stub_keys(document.root):
            node = _secret_key(document.root, key)
            node = node or lookup(document.root, "metadata", "annotations", STUBS)
            if node is not None:
                yield _problem(file, "stub-key", f"{key} is still a stub", node)


def _secret_key(root: Node | None, key: str) -> Node | None:
    for field in ("stringData", "data"):
        values = lookup(root, field)
        if isinstance(values, Mapping) and (node := values.key(key)) is not None:
            return node
    return None


def _plain_secrets(file: YamlFile) -> Iterator[Problem]:
    for root in (one for document in file.documents for one in _objects(document.root)):
        if text(root, "kind") != "Secret" or text(root, "$patch") == "delete" or text(root, "type") in EXEMPT_TYPES:
            continue
        for field in ("data", "stringData"):
            values = lookup(root, field)
            for key, value in values.pairs() if isinstance(values, Mapping) else ():
                if not isinstance(value, Scalar) or (value.value and not (value.value == "null" and not value.style)):
                    yield _problem(file, "plain-secret", f"{field}.{key.value} is not encrypted", value)


def _objects(root: Node | None) -> Iterator[Node]:
    """Yield the objects of a document, those of a list one by one."""
    items = lookup(root, "items")
    if isinstance(items, Sequence) and (text(root, "kind") or "").endswith("List"):
        for item in items.values():
            yield from _objects(item)
    elif root is not None:
        yield root


def _metadata(file: YamlFile, found: Metadata) -> Iterator[Problem]:
    reasons = ((key, _field(found, key)) for key in ("mac", "lastmodified", "version"))
    flaws = [(key, reason) for key, reason in reasons if reason]
    if len(found.selectors) > 1:
        first, second = found.selectors[:2]
        flaws.append((second.kind, f"{first.kind} and {second.kind} exclude each other"))
    elif found.selector.problem:
        flaws.append((found.selector.kind, found.selector.problem))
    for key, reason in flaws:
        yield _problem(file, "broken-metadata", reason, lookup(found.node, key) or _head(file, found))
    yield from _recipients(file, found)


def _head(file: YamlFile, found: Metadata, key: str = "sops") -> Node:
    """Return the key of a part of the block, else that of the block itself."""
    roots = (document.root for document in file.documents)
    heads = [found.node.key(key), *(root.key("sops") for root in roots if isinstance(root, Mapping))]
    return next(filter(None, heads), found.node)


def _field(found: Metadata, key: str) -> str | None:
    """Return what is wrong with a text that every block must have."""
    value = text(found.node, key)
    if not value:
        return f"the sops block has no {key}"
    if key == "lastmodified":
        return None if TIME.fullmatch(value) else "lastmodified is no time as in 2024-01-31T12:00:00Z"
    if key == "version":
        return None if VERSION.fullmatch(value) else "version is no version number"
    try:
        cipher.parse(value)
    except ValueError as error:
        return f"the MAC {error}"
    return None


def _recipients(file: YamlFile, found: Metadata) -> Iterator[Problem]:
    if not found.recipients and not found.groups:
        yield _problem(file, "broken-metadata", "the sops block names no recipient", _head(file, found, "age"))
    listed = lookup(found.node, "age")
    items = list(listed.values()) if isinstance(listed, Sequence) else []
    for item, wrapped in zip(items, found.age, strict=True):
        if wrapped.recipient.problem:
            message = f"age recipient {wrapped.recipient.text} {wrapped.recipient.problem}"
            if wrapped.recipient.kind == "unknown":
                message = f"an age recipient {wrapped.recipient.problem}"
            yield _problem(file, "bad-recipient", message, lookup(item, "recipient") or item)
        block = wrapped.block.replace("\r\n", "\n").rstrip("\n") + "\n"
        if not block.startswith(ARMOR[0]) or not block.endswith(ARMOR[1]):
            message = f"the data key for {wrapped.recipient.label} is no armored age file"
            yield _problem(file, "broken-metadata", message, lookup(item, "enc") or item)


def _values(file: YamlFile, found: Metadata) -> Iterator[Problem]:
    if found.selector.problem or len(found.selectors) > 1:
        return
    selects = False
    for leaf in walk.leaves(file, found.selector):
        selects = selects or leaf.selected
        if cipher.is_token(leaf.node.value):
            yield from _token(file, leaf)
        elif leaf.selected and leaf.node.value and not _is_null(leaf.node):
            yield _problem(file, "partly-encrypted", f"{leaf.name} is not encrypted", leaf.node)
    if not selects:
        message = (
            f"{found.selector.kind} {found.selector.pattern!r} selects nothing: no value of this file is encrypted"
        )
        yield _problem(file, "nothing-encrypted", message, lookup(found.node, found.selector.kind) or found.node)


def _token(file: YamlFile, leaf: Leaf) -> Iterator[Problem]:
    if not leaf.selected:
        message = f"{leaf.name} is encrypted, but the selector does not choose it: nobody will decrypt it"
        yield _problem(file, "malformed-value", message, leaf.node)
        return
    try:
        cipher.parse(leaf.node.value)
    except ValueError as error:
        yield _problem(file, "malformed-value", f"{leaf.name} {error}", leaf.node)


def _is_null(node: Scalar) -> bool:
    return node.style is None and node.value in ("~", "null", "Null", "NULL")


def _structure(file: YamlFile) -> Iterator[Problem]:
    """Find objects whose kind or name is ciphertext: kustomize, which runs before decryption, cannot read them."""
    for document in file.documents:
        root = document.root
        for field in STRUCTURE if lookup(root, "kind") is not None else ():
            node = lookup(root, field)
            hidden = node is not None and next(_ciphertexts(node), None)
            if hidden:
                message = f"{field} is encrypted, so neither Flux nor kustomize can read this object"
                yield _problem(file, "encrypted-structure", message, hidden)


def _ciphertexts(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        if cipher.is_token(node.value):
            yield node
    elif isinstance(node, Mapping):
        for _, value in node.items:
            yield from _ciphertexts(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _ciphertexts(item)


__all__ = ["METADATA", "STUBS", "Kind", "Problem", "inspect", "stub_keys"]
