"""What stands in the way of encrypting a file: told with the line, before anything is written."""

import base64
import binascii
import re
from collections.abc import Mapping as Values

from infra_tool.errors import InfraToolError
from infra_tool.sops import cipher, metadata, values, walk
from infra_tool.sops.selectors import Selector
from infra_tool.sops.values import Plain
from infra_tool.sops.walk import METADATA, Place
from infra_tool.yamldoc import Mapping, Node, Scalar, YamlFile, text

Plains = Values[Place, Plain | None]

TEXT_FIELDS = ("data", "stringData", "binaryData")
TEXT_KINDS = frozenset({"Secret", "ConfigMap"})
STRUCTURE = ("apiVersion", "kind", "metadata")
DIRECTIVE = re.compile(r"^%YAML[ \t]+(?!1\.1\s)[^\s]*", re.MULTILINE)
"""The version of a document that go-yaml, which sops and Flux read with, does not take."""


def check(file: YamlFile, selector: Selector) -> None:
    """Raise InfraToolError, with the line, for what cannot be encrypted in place or would mean something else after."""
    check_documents(file, selector)
    for node, message in walk.oddities(file, selector):
        raise _error(file, node, message)


def check_documents(file: YamlFile, selector: Selector) -> None:
    """Raise InfraToolError for a document that is no block mapping, or an object that could not be read afterwards."""
    _check_directives(file)
    is_plain = not metadata.is_encrypted(file)
    for document in file.documents:
        root = document.root
        if root is None and document is not file.documents[0]:
            continue
        if not isinstance(root, Mapping) or root.flow:
            line = file.position(root.start if root else document.start).line
            raise InfraToolError("only documents that are block mappings can be encrypted", path=file.path, line=line)
        if is_plain and (key := root.key(METADATA)):
            raise _error(file, key, f"the key {METADATA} is where the metadata stands", "give it another name")
        if root.get("kind") is not None:
            _check_structure(file, root, selector)
        if text(root, "kind") in TEXT_KINDS:
            _check_texts(file, root)


def _check_directives(file: YamlFile) -> None:
    before = 0
    for document in file.documents:
        start, end = (document.root.start, document.root.end) if document.root else (document.start, document.end)
        if found := DIRECTIVE.search(file.text, before, start):
            line = file.position(found.start()).line
            message = f"the directive {found.group()} is not read by sops"
            raise InfraToolError(message, path=file.path, line=line, hint="take the line out")
        before = end


def check_clear(file: YamlFile, selector: Selector, plains: Plains, known: Plains) -> None:
    """Raise InfraToolError for a selected one of `plains` that programs take for different things.

    What stands in `known` already is left at that.
    """
    for leaf in walk.leaves(file, selector):
        if leaf.selected and values.is_ambiguous(leaf.node) and known.get(leaf.place) != plains[leaf.place]:
            name, kind = leaf.name, values.kind(leaf.node)
            message = f"{name} is of type {kind}, and would come back in another form"
            if kind == "str":
                message = f"{name} is text to sops, and a number, a date or a truth to other programs"
            # The value itself is not shown: it is a secret.
            hint = f'put the value in quotes: {leaf.path[-1]}: "..."; --accept-types takes it as it is'
            raise _error(file, leaf.node, message, hint)


def _error(file: YamlFile, node: Node, message: str, hint: str | None = None) -> InfraToolError:
    return InfraToolError(message, path=file.path, line=file.line(node), hint=hint)


def _check_structure(file: YamlFile, root: Mapping, selector: Selector) -> None:
    for field in STRUCTURE:
        key = root.key(field)
        if key is not None and selector.step(field, selected=selector.root):
            message = f"{field} would be encrypted, so neither Flux nor kustomize could read this object"
            raise _error(file, key, message, "give the rule encrypted_regex: ^(data|stringData)$")


def _check_texts(file: YamlFile, root: Mapping) -> None:
    for field in TEXT_FIELDS:
        fields = root.get(field)
        for key, value in fields.pairs() if isinstance(fields, Mapping) else ():
            name = f"{field}.{key.value}"
            if not isinstance(value, Scalar):
                raise _error(file, value, f"{name} is a list or mapping, and Kubernetes takes only strings there")
            _check_string(file, name, key.value, value)
            if field == "data" and text(root, "kind") == "Secret":
                _check_base64(file, name, value)


def _check_string(file: YamlFile, name: str, key: str, node: Scalar) -> None:
    plain = values.plain(node)
    if plain is not None and plain.kind != "str":
        # The value itself is not shown: it is a secret.
        message = f"{name} is of type {plain.kind}, and Kubernetes takes only strings there"
        raise _error(file, node, message, f'put the value in quotes: {key}: "..."')


def _check_base64(file: YamlFile, name: str, node: Scalar) -> None:
    if cipher.is_token(node.value):
        return
    try:
        base64.b64decode("".join(node.value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _error(file, node, f"{name} is not base64", "plain text belongs under stringData") from None
