"""What nodes mean to the program that reads the file: scalars get types, aliases and merge keys are followed.

Three dialects: `manifest` is what kustomize 5.8.1 makes of a resource (go-yaml v3, then JSON), `kustomization` what it
makes of a kustomization file (sigs.k8s.io/yaml: go-yaml v2, YAML 1.1, then JSON), `sops` what sops does (go-yaml v3).
"""

import base64
import binascii
from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from infra_tool.errors import InfraToolError
from infra_tool.yamldoc import scalars, timestamp
from infra_tool.yamldoc.nodes import Content, Mapping, Node, Scalar, Sequence, follow

Dialect = Literal["manifest", "kustomization", "sops"]
Atom = str | int | float | bool | None | datetime | date
Value = Atom | list["Value"] | dict[str, "Value"]

TAG = "tag:yaml.org,2002:"
MERGE = "<<"


class ResolveError(InfraToolError):
    """A node has no meaning in a dialect; `node` says where, the caller knows the file."""

    code = "yaml"

    def __init__(self, message: str, node: Node) -> None:
        """Keep the node."""
        super().__init__(message)
        self.node = node


def resolve_scalar(scalar: Scalar, dialect: Dialect) -> Atom:
    """Return the typed value of a scalar.

    Times are datetimes (or dates) for sops, text in the JSON form for manifests, text as written in kustomization
    files. A value that does not fit its tag stays text. Kustomize keeps the text as written for all that stands in
    metadata.annotations: there, take `scalar.value`.
    """
    # go-yaml v3 does not see a lone `!`, which is a string to v2 and in the YAML specification.
    if scalar.tag is not None and (scalar.tag != "!" or dialect == "kustomization"):
        return _tagged(scalar, dialect)
    text = scalar.value
    if scalar.style is not None or (text and text[0] not in scalars.SPECIAL_START):
        return text
    return _plain(text, dialect)


def _plain(text: str, dialect: Dialect) -> Atom:
    if text in scalars.WORDS:
        return scalars.WORDS[text]
    if dialect == "kustomization" and text in scalars.OLD_WORDS:
        return scalars.OLD_WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    found = timestamp.parse(text)
    if found is None:
        value = scalars.number(text)
        return text if value is None else value
    if dialect == "sops":
        return found.value
    return found.rfc3339() if dialect == "manifest" else text


def _tagged(scalar: Scalar, dialect: Dialect) -> Atom:
    """Resolve a scalar that has a tag; only YAML's own tags mean something to Go."""
    tag, text = (scalar.tag or "").removeprefix(TAG), scalar.value
    if tag == "binary":
        return _binary(text)
    if tag not in ("bool", "int", "float", "null", "timestamp"):
        return text
    value = _plain(text, dialect) if not text or text[0] in scalars.SPECIAL_START else text
    if tag == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _binary(text: str) -> str:
    try:
        return base64.b64decode("".join(text.splitlines()), validate=True).decode(errors="replace")
    except binascii.Error:
        return text


def resolve(node: Node | None, dialect: Dialect) -> Value:
    """Return the plain data of a node: aliases followed, merge keys expanded; None for an empty document.

    Of a key given twice the last counts. Keys are text: as written in manifests and for sops, as JSON has them in
    kustomization files. Raises ResolveError for a merge key in the dialect sops (it would be written as a key named
    `<<`), a merge of what is no mapping, and a key that is a list or mapping.
    """
    content = None if node is None else follow(node)
    if content is None:
        return None
    if isinstance(content, Scalar):
        return resolve_scalar(content, dialect)
    if isinstance(content, Sequence):
        return [resolve(item, dialect) for item in content.items]
    return _mapping(content, dialect)


def is_merge(key: Node) -> bool:
    """Say whether a key is the merge key: plain `<<`, or tagged so."""
    if not isinstance(key, Scalar) or key.value != MERGE:
        return False
    return key.tag == f"{TAG}merge" or (key.tag is None and key.style is None)


def _mapping(mapping: Mapping, dialect: Dialect) -> dict[str, Value]:
    found: dict[str, Value] = {}
    merged: list[Mapping] = []
    for key, value in mapping.items:
        if is_merge(key):
            if dialect == "sops":
                raise ResolveError("sops does not expand the merge key <<", key)
            merged += _sources(follow(value))
            continue
        found[_key(key, dialect)] = resolve(value, dialect)
    for source in merged:
        for name, inherited in _mapping(source, dialect).items():
            found.setdefault(name, inherited)
    return found


def _sources(value: Content) -> Iterator[Mapping]:
    for source in value.values() if isinstance(value, Sequence) else (value,):
        if not isinstance(source, Mapping):
            raise ResolveError("the merge key << needs a mapping", value)
        yield source


def _key(key: Node, dialect: Dialect) -> str:
    content = follow(key)
    if not isinstance(content, Scalar):
        raise ResolveError("a list or mapping cannot be a key", key)
    if dialect == "kustomization":
        value = resolve_scalar(content, dialect)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
    return content.value
