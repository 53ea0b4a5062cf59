"""Who can open a file: the kinds of public keys that sops knows."""

from dataclasses import dataclass, replace
from typing import Literal

from infra_tool.sops import bech32

Kind = Literal["x25519", "ssh", "post-quantum", "plugin", "pgp", "kms", "unknown"]

X25519_BYTES = 32

PROVIDERS = ("pgp", "kms", "gcp_kms", "hckms", "azure_kv", "azure_keyvault", "hc_vault", "hc_vault_transit_uri")
"""The keys of a file's metadata and of a rule that hold recipients of other systems than age."""


@dataclass(frozen=True)
class Recipient:
    """One public key: as written, what it is, who holds it, and what is wrong with it.

    `name` comes from the comment beside the key in .sops.yaml (or its anchor there); `line` from 1, of the key.
    `problem` is None for a key that can be used.
    """

    text: str
    kind: Kind
    name: str | None = None
    line: int | None = None
    problem: str | None = None

    def named(self, name: str | None) -> "Recipient":
        """Return the same key with its holder's name."""
        return replace(self, name=name)

    @property
    def label(self) -> str:
        """What to call the holder: the name, else the key itself."""
        return self.name or self.text


def recipient(text: str, *, name: str | None = None, line: int | None = None) -> Recipient:
    """Return what an entry of an `age` list is; a broken one says so in `problem`."""
    kind, problem = _classify(text)
    return Recipient(text, kind, name, line, problem)


def foreign(provider: str, text: str, *, name: str | None = None, line: int | None = None) -> Recipient:
    """Return a recipient of another system than age; `provider` is one of PROVIDERS."""
    return Recipient(text, "pgp" if provider == "pgp" else "kms", name, line)


def _classify(text: str) -> tuple[Kind, str | None]:
    if text.startswith(("ssh-ed25519 ", "ssh-rsa ")):
        return "ssh", None
    if text.upper().startswith("AGE-SECRET-KEY-"):
        return "unknown", "is a private key; write the public key (age1...) here and make a new key pair"
    if not text.startswith("age1"):
        return "unknown", "is no age recipient (age1... or ssh-...)"
    try:
        prefix, body = bech32.decode(text)
    except ValueError as error:
        return "x25519", str(error)
    if prefix == "age":
        return "x25519", None if len(body) == X25519_BYTES else "has the wrong length"
    return ("post-quantum" if prefix == "age1pq" else "plugin"), None
