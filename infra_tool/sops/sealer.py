"""Make the ciphertext of one file's values, comments and MAC under its data key, keeping what was made before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from infra_tool.sops import cipher, comments, opened, plaintext, walk
from infra_tool.sops.cipher import Mac
from infra_tool.sops.comments import Comment
from infra_tool.sops.entropy import Entropy
from infra_tool.sops.opened import Opened
from infra_tool.sops.selectors import Selector
from infra_tool.sops.values import Plain
from infra_tool.sops.walk import Leaf, Place
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import YamlFile

HEADER_COMMENT = re.compile(r"[|>]\S*[ \t]+#([^\r\n]+)")
BLOCK = ("|", ">")


@dataclass(frozen=True)
class Kept:
    """Ciphertext of an earlier state of a file, by what it is the ciphertext of."""

    values: dict[tuple[tuple[str, ...], Plain], list[str]] = field(default_factory=dict, repr=False)
    comments: dict[tuple[tuple[str, ...], str], list[str]] = field(default_factory=dict, repr=False)

    def value(self, leaf: Leaf, plain: Plain) -> str | None:
        """Take the ciphertext of an equal value under the same keys, each one once and in document order."""
        found = self.values.get((leaf.path, plain))
        return found.pop(0) if found else None

    def comment(self, comment: Comment) -> str | None:
        """Take the ciphertext of an equal comment at the same place."""
        found = self.comments.get((comment.path, comment.text))
        return found.pop(0) if found else None


def keep(before: Opened) -> Kept:
    """Return the ciphertext of an opened file."""
    kept = Kept()
    for leaf, plain, _ in opened.sealed(before):
        if plain is not None:
            kept.values.setdefault((leaf.path, plain), []).append(leaf.node.value)
    for comment in comments.comments(before.file, before.metadata.selector):
        if (text := plaintext.open_comment(before.key, comment)) is not None:
            kept.comments.setdefault((comment.path, text), []).append(comment.text)
    return kept


class Sealer:
    """Makes the splices for one file."""

    def __init__(self, file: YamlFile, key: bytes, entropy: Entropy, kept: Kept | None = None) -> None:
        """Work on `file` under the data key `key`."""
        self._file = file
        self._key = key
        self._entropy = entropy
        self._kept = kept or Kept()

    def values(self, selector: Selector, mac: Mac, done: Mapping[Place, Plain]) -> list[Splice]:
        """Return the splices of the selected values and count all values in `mac`; `done` are ciphertext already."""
        splices = []
        for leaf in walk.leaves(self._file, selector):
            plain = done.get(leaf.place) or opened.plain_value(self._file, leaf)
            if plain is None:
                continue
            mac.add(plain.data, selected=leaf.selected)
            if leaf.selected and plain.data and leaf.place not in done:
                splices.append(self._value(leaf, plain))
        return splices

    def token(self, place: Place, plain: Plain) -> str:
        """Return the ciphertext of a value at a place."""
        document, where = place
        aad = cipher.associated(step for step in where if isinstance(step, str))
        nonce = self._entropy.nonce(self._key, repr((document, where)).encode(), plain.data)
        return cipher.seal(self._key, plain.data, plain.kind, aad=aad, nonce=nonce)

    def _value(self, leaf: Leaf, plain: Plain) -> Splice:
        token = self._kept.value(leaf, plain) or self.token(leaf.place, plain)
        return placed(self._file, leaf, token, self._header_comment(leaf))

    def _header_comment(self, leaf: Leaf) -> str:
        """Keep the comment behind a block scalar's `|`: its line goes with the value."""
        start = self._file.bounds(leaf.node)[0]
        match = HEADER_COMMENT.match(self._file.text, start) if leaf.node.style in BLOCK else None
        if match is None:
            return ""
        path = tuple(step for step in leaf.where[:-1] if isinstance(step, str))
        return " #" + self._comment(Comment(start, start, match[1], leaf.document, path, selected=True))

    def comments(self, selector: Selector) -> list[Splice]:
        """Return the splices of the comments that stand among selected values."""
        splices = []
        blocks = [leaf.node for leaf in walk.leaves(self._file, selector) if leaf.selected and leaf.node.style in BLOCK]
        headers = [self._file.bounds(node) for node in blocks]
        for comment in comments.comments(self._file, selector):
            in_header = any(start <= comment.start < end for start, end in headers)
            if not comment.selected or not comment.text or in_header or cipher.is_token(comment.text):
                continue
            span = Span(self._file.byte(comment.start), self._file.byte(comment.end))
            splices.append(Splice(span, f"#{self._comment(comment)}".encode()))
        return splices

    def _comment(self, comment: Comment) -> str:
        if kept := self._kept.comment(comment):
            return kept
        plain = comment.text.encode()
        nonce = self._entropy.nonce(self._key, f"comment {comment.document} {comment.start}".encode(), plain)
        return cipher.seal(self._key, plain, "comment", aad=cipher.associated(comment.path), nonce=nonce)

    def mac(self, mac: Mac) -> str:
        """Return the encrypted MAC."""
        aad = opened.mac_place(self._entropy.now)
        digest = mac.hexdigest().encode()
        return cipher.seal(
            self._key, digest, "str", aad=aad, nonce=self._entropy.nonce(self._key, b"mac " + aad, digest)
        )


def placed(file: YamlFile, leaf: Leaf, token: str, behind: str = "") -> Splice:
    """Return the splice that puts a ciphertext, or `""`, in the place of a value; `behind` follows on its line."""
    start, end = file.span(leaf.node)
    text = f'"{token}"' if leaf.flow and cipher.is_token(token) else token
    if start == end:
        text = f" {text}"
    source = file.data[start:end]
    ending = source[len(source.rstrip(b"\r\n")) :] if leaf.node.style in BLOCK else b""
    first = b"\r\n" if ending.startswith(b"\r\n") else ending[:1]
    return Splice(Span(start, end), (text + behind).encode() + first)
