"""Encrypt in place: only the values that the selector chooses change, and the metadata is added at the end."""

import re
from collections.abc import Iterator, Sequence

from infra_tool import splice, yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import cipher, comments, metadata, opened, values, walk
from infra_tool.sops.entropy import Entropy
from infra_tool.sops.metadata import Metadata
from infra_tool.sops.opened import Opened, Place
from infra_tool.sops.rules import Rule
from infra_tool.sops.selectors import Selector
from infra_tool.sops.values import Plain
from infra_tool.sops.walk import METADATA, Leaf
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import Mapping, Scalar, YamlFile, lookup

MARKER = re.compile(r"^(?:---|\.\.\.)(?=\s|$)", re.MULTILINE)
TEXT_FIELDS = frozenset({"data", "stringData"})
INDENTS = range(2, 10)


def fresh(file: YamlFile, rule: Rule, entropy: Entropy, *, indent: int | None = None) -> bytes:
    """Encrypt a plain file by a rule and return the new content.

    Raises InfraToolError, with the line, for what cannot be encrypted in place.
    """
    check(file, rule.selector)
    key = entropy.data_key(file.path)
    sealer = Sealer(file, key, entropy)
    mac = cipher.Mac(only_encrypted=rule.mac_only_encrypted)
    splices = sealer.values(rule.selector, mac, {}) + sealer.comments(rule.selector)
    if not any(leaf.selected and _holds(file, leaf) for leaf in walk.leaves(file, rule.selector)):
        message = f"{rule.selector.kind} {rule.selector.pattern!r} selects no value of this file"
        raise InfraToolError(message, path=file.path, line=1, hint=f"the rule is in line {rule.line} of .sops.yaml")
    block = metadata.render(
        wrapped=[(entry.text, entropy.wrap(key, entry.text)) for entry in rule.recipients],
        selector=rule.selector,
        mac_only_encrypted=rule.mac_only_encrypted,
        lastmodified=entropy.now,
        mac=sealer.mac(mac),
        indent=indent or found_indent(file),
    )
    data = splice.apply(file.data, [*splices, *appended(file, block)])
    compare(file, rule.selector, data, key)
    return data


def complete(before: Opened, file: YamlFile, entropy: Entropy) -> bytes:
    """Encrypt what is still plain in `file`, a later state of an opened one, with its own data key.

    Values that are ciphertext already stay as they are, byte for byte.
    """
    selector = before.metadata.selector
    check(file, selector)
    now = opened.open_with(file, metadata.require(file), before.key, partly=True)
    sealer = Sealer(file, before.key, entropy)
    mac = cipher.Mac(only_encrypted=before.metadata.mac_only_encrypted)
    splices = sealer.values(selector, mac, {place: v.plain for place, v in now.values.items() if v.sealed and v.plain})
    splices += sealer.comments(selector)
    splices += metadata.refreshed(file, mac=sealer.mac(mac), lastmodified=entropy.now)
    data = splice.apply(file.data, splices)
    after = opened.open_with(yamldoc.parse(data, file.path), metadata.require(file), before.key, check_mac=False)
    _same(file, {place: v.plain for place, v in now.values.items()}, after)
    opened.open_with(after.file, metadata.require(after.file), before.key)
    return data


def is_complete(file: YamlFile, found: Metadata) -> bool:
    """Tell whether every selected value is ciphertext, null or empty."""
    for leaf in walk.leaves(file, found.selector):
        if leaf.selected and not cipher.is_token(leaf.node.value) and _holds(file, leaf):
            return False
    return True


def _holds(file: YamlFile, leaf: Leaf) -> bool:
    """Tell whether there is anything to encrypt: neither null nor empty."""
    plain = opened.plain_value(file, leaf)
    return plain is not None and bool(plain.data)


class Sealer:
    """Makes the splices for one file under one data key."""

    def __init__(self, file: YamlFile, key: bytes, entropy: Entropy) -> None:
        """Keep what every value needs."""
        self._file = file
        self._key = key
        self._entropy = entropy

    def values(self, selector: Selector, mac: cipher.Mac, sealed: "dict[Place, Plain]") -> list[Splice]:
        """Return the splices of the selected values and count all values in `mac`; `sealed` are done already."""
        splices = []
        for leaf in walk.leaves(self._file, selector):
            place = (leaf.document, leaf.where)
            plain = sealed.get(place) or opened.plain_value(self._file, leaf)
            if plain is None:
                continue
            mac.add(plain.data, selected=leaf.selected)
            if leaf.selected and plain.data and place not in sealed:
                splices.append(self._value(leaf, plain))
        return splices

    def _value(self, leaf: Leaf, plain: Plain) -> Splice:
        aad = cipher.associated(leaf.path)
        unique = repr((leaf.document, leaf.where)).encode()
        nonce = self._entropy.nonce(self._key, unique, plain.data)
        token = cipher.seal(self._key, plain.data, plain.kind, aad=aad, nonce=nonce)
        start, end = self._file.span(leaf.node)
        if leaf.node.style not in ("|", ">"):
            return Splice(Span(start, end), (f'"{token}"' if leaf.flow else token).encode())
        source = self._file.data[start:end]
        ending = source[len(source.rstrip(b"\r\n")) :]
        return Splice(Span(start, end), token.encode() + self._header_comment(leaf, source) + newline(ending))

    def _header_comment(self, leaf: Leaf, source: bytes) -> bytes:
        """Keep the comment behind a block scalar's `|`, encrypted: its line goes with the value."""
        header = source.splitlines()[0].decode()
        _, found, text = header.partition(" #")
        return f" #{self._comment(leaf.path[:-1], text, repr(leaf.where))}".encode() if found and text else b""

    def comments(self, selector: Selector) -> list[Splice]:
        """Return the splices of the comments that stand among selected values."""
        splices = []
        headers = [
            self._file.bounds(leaf.node) for leaf in walk.leaves(self._file, selector) if leaf.node.style in ("|", ">")
        ]
        for comment in comments.comments(self._file, selector):
            in_header = any(start <= comment.start < end for start, end in headers)
            if not comment.selected or not comment.text or in_header or cipher.is_token(comment.text):
                continue
            token = self._comment(comment.path, comment.text, f"{comment.document} {comment.start}")
            span = Span(self._file.byte(comment.start), self._file.byte(comment.end))
            splices.append(Splice(span, f"#{token}".encode()))
        return splices

    def _comment(self, path: Sequence[str], text: str, place: str) -> str:
        plain = text.encode()
        nonce = self._entropy.nonce(self._key, b"comment " + place.encode(), plain)
        return cipher.seal(self._key, plain, "comment", aad=cipher.associated(path), nonce=nonce)

    def mac(self, mac: cipher.Mac) -> str:
        """Return the encrypted MAC."""
        aad = opened.mac_place(self._entropy.now)
        digest = mac.hexdigest().encode()
        nonce = self._entropy.nonce(self._key, b"mac " + aad, digest)
        return cipher.seal(self._key, digest, "str", aad=aad, nonce=nonce)


def newline(ending: bytes) -> bytes:
    """Return one line end of the kind that `ending` starts with; nothing when it is empty."""
    return b"\r\n" if ending.startswith(b"\r\n") else ending[:1]


def check(file: YamlFile, selector: Selector) -> None:
    """Raise InfraToolError, with the line, for what cannot be encrypted in place or would mean something else after."""
    check_documents(file, selector)
    for node, message in walk.oddities(file, selector):
        raise InfraToolError(message, path=file.path, line=file.line(node))


def check_documents(file: YamlFile, selector: Selector) -> None:
    """Raise InfraToolError for a document that is no block mapping, or an object that could not be read afterwards."""
    for document in file.documents:
        root = document.root
        if root is None and document is not file.documents[0]:
            continue
        if not isinstance(root, Mapping) or root.flow:
            line = file.position(root.start if root else document.start).line
            raise InfraToolError("only documents that are block mappings can be encrypted", path=file.path, line=line)
        if lookup(root, "kind") is not None:
            check_kubernetes(file, root, selector)


def check_kubernetes(file: YamlFile, root: Mapping, selector: Selector) -> None:
    """Raise InfraToolError when a document's kind or name would be hidden, or a Secret's value is no string."""
    for field in ("apiVersion", "kind", "metadata"):
        key = root.key(field)
        if key is not None and selector.step(field, selected=selector.root):
            message = f"{field} would be encrypted, so neither Flux nor kustomize could read this object"
            hint = "give the rule encrypted_regex: ^(data|stringData)$"
            raise InfraToolError(message, path=file.path, line=file.line(key), hint=hint)
    for field in TEXT_FIELDS:
        values_ = root.get(field)
        for key, value in values_.pairs() if isinstance(values_, Mapping) else ():
            if isinstance(value, Scalar):
                _check_text(file, f"{field}.{key.value}", key.value, value)


def _check_text(file: YamlFile, name: str, key: str, node: Scalar) -> None:
    plain = values.plain(node)
    if plain is not None and plain.kind != "str":
        # The value itself is not shown: it is a secret.
        message = f"{name} is of type {plain.kind}, and Kubernetes takes only strings there"
        raise InfraToolError(
            message, path=file.path, line=file.line(node), hint=f'put the value in quotes: {key}: "..."'
        )


def found_indent(file: YamlFile) -> int:
    """Return by how much a file indents its nested mappings; 2 when that cannot be seen."""
    for document in file.documents:
        for _, value in document.root.pairs() if isinstance(document.root, Mapping) else ():
            if isinstance(value, Mapping) and not value.flow and value.items:
                step = file.position(value.items[0][0].start).column - 1
                return step if step in INDENTS else 2
    return 2


def appended(file: YamlFile, block: str) -> Iterator[Splice]:
    """Return the splices that add a block at the end of every document that has content."""
    ending = "\r\n" if "\r\n" in file.text else "\n"
    for document in file.documents:
        if document.root is None:
            continue
        marker = MARKER.search(file.text, file.bounds(document.root)[1])
        offset = marker.start() if marker else len(file.text)
        unended = not file.text[:offset].endswith(("\n", "\r"))
        place = file.byte(offset)
        text = (ending if unended else "") + block.replace("\n", ending)
        yield Splice(Span(place, place), text.encode())


def compare(file: YamlFile, selector: Selector, data: bytes, key: bytes) -> None:
    """Open the result again and compare it with what went in; raises InfraToolError when it is not the same."""
    again = yamldoc.parse(data, file.path)
    after = opened.open_with(again, metadata.require(again), key)
    before = {(leaf.document, leaf.where): opened.plain_value(file, leaf) for leaf in walk.leaves(file, selector)}
    _same(file, before, after)


def _same(file: YamlFile, before: "dict[Place, Plain | None]", after: Opened) -> None:
    plain = {place: value.plain for place, value in after.values.items()}
    if plain != before or any(
        v.leaf.selected and v.plain and v.plain.data and not v.sealed for v in after.values.values()
    ):
        raise InfraToolError(
            "the encrypted result does not open to the same values; nothing was written", path=file.path
        )


__all__ = ["METADATA", "Sealer", "check", "complete", "fresh", "is_complete"]
