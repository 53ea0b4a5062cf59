"""One encrypted value: `ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]`; and the message authentication code.

The format is that of getsops/sops: AES-256-GCM with a nonce of 32 bytes; the path of keys, joined and ended by colons,
is authenticated with the value, so a value that is moved to another key cannot be opened.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from infra_tool.errors import InfraToolError

TOKEN = re.compile(r"ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]", re.DOTALL)
KEY_BYTES = 32
NONCE_BYTES = 32
TAG_BYTES = 16
TYPES = frozenset({"str", "int", "float", "bool", "time", "bytes", "comment"})
MAC_ONLY_ENCRYPTED = hashlib.sha256(b"sops").digest()


class MacError(InfraToolError):
    """The content of an encrypted file does not match its message authentication code (exit 3)."""

    code = "mac"


class Token(NamedTuple):
    """A ciphertext taken apart; `kind` is the type that the plain value had."""

    data: bytes
    nonce: bytes
    tag: bytes
    kind: str


def is_token(text: str) -> bool:
    """Tell whether a value looks encrypted; whether it is sound is another question (see parse)."""
    return text.startswith("ENC[")


def parse(text: str) -> Token:
    """Take a ciphertext apart. Raises ValueError with the reason, which does not quote the text."""
    match = TOKEN.match(text)
    if match is None:
        raise ValueError("is not of the form ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]")
    try:
        data, nonce, tag = (base64.b64decode(part, validate=True) for part in match.group(1, 2, 3))
    except (binascii.Error, ValueError):
        raise ValueError("holds broken base64") from None
    if len(tag) != TAG_BYTES or len(nonce) != NONCE_BYTES:
        raise ValueError("has a nonce or tag of a wrong length")
    if match[4] not in TYPES:
        raise ValueError("has an unknown type")
    return Token(data, nonce, tag, match[4])


def associated(path: Iterable[str]) -> bytes:
    """Return what is authenticated with a value: its path of keys, list indexes left out."""
    return (":".join(path) + ":").encode()


def seal(key: bytes, plain: bytes, kind: str, *, aad: bytes, nonce: bytes) -> str:
    """Encrypt one value under the data key. The same key and nonce must never serve two plain values."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = AESGCM(key).encrypt(nonce, plain, aad)
    parts = (sealed[:-TAG_BYTES], nonce, sealed[-TAG_BYTES:])
    data, iv, tag = (base64.b64encode(part).decode() for part in parts)
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:{kind}]"


def unseal(key: bytes, token: Token, aad: bytes) -> bytes:
    """Decrypt one value. Raises ValueError when the key, the path or the ciphertext is not the right one."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(token.nonce, token.data + token.tag, aad)
    except InvalidTag:
        raise ValueError("cannot be opened: it was changed, moved, or belongs to another file") from None


class Mac:
    """The hash over the plain values of a file, in source order; keys, nulls and comments never count."""

    def __init__(self, *, only_encrypted: bool) -> None:
        """Start a hash; with `only_encrypted` values outside of the selector do not count."""
        self._hash = hashlib.sha512(MAC_ONLY_ENCRYPTED if only_encrypted else b"")
        self._only_encrypted = only_encrypted

    def add(self, plain: bytes, *, selected: bool) -> None:
        """Count one value."""
        if selected or not self._only_encrypted:
            self._hash.update(plain)

    def hexdigest(self) -> str:
        """Return the hash as sops writes it: upper case."""
        return self._hash.hexdigest().upper()
