"""The key pair with which a cluster reads the repo, and the host keys of the server that it trusts."""

import base64
import hmac
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from infra_tool.errors import UsageError
from infra_tool.sops import Secret

SSH_PORT = 22
HASHED = "|1|"


class DeployKey(NamedTuple):
    """An ssh key pair: its public half as a server takes it, its private half as ssh reads it."""

    public: str
    private: Secret


def generate(comment: str) -> DeployKey:
    """Return a new Ed25519 pair; its private half is in memory only."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.generate()
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return DeployKey(f"{public.decode()} {comment}", Secret(private.decode()))


def host_keys(url: str, known_hosts: str) -> str:
    """Return the lines of a `known_hosts` file that are for the server of an ssh URL, its name in the clear.

    Lines with a marker (`@revoked`) are none. Empty when the file does not know the server.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    name = host if parts.port in {None, SSH_PORT} else f"[{host}]:{parts.port}"
    return "".join(f"{name} {key}\n" for names, key in _lines(known_hosts) if _is_for(names, name))


def required(url: str, known_hosts: str, source: str) -> str:
    """Return the host keys of a server. Raises UsageError when the file that was given has none."""
    found = host_keys(url, known_hosts)
    if not found:
        parts = urlsplit(url)
        port = f"-p {parts.port} " if parts.port else ""
        hint = f"ssh-keyscan {port}{parts.hostname}, compared with what the server itself has"
        raise UsageError(f"{source} has no key of the server of {url}", hint=hint)
    return found


def _lines(known_hosts: str) -> Iterator[tuple[str, str]]:
    for line in known_hosts.splitlines():
        names, _, key = line.strip().partition(" ")
        if key and not names.startswith(("#", "@")):
            yield names, " ".join(key.split()[:2])


def _is_for(names: str, name: str) -> bool:
    if not names.startswith(HASHED):
        return name in names.lower().split(",")
    salt, _, digest = names.removeprefix(HASHED).partition("|")
    try:
        made = hmac.digest(base64.b64decode(salt), name.encode(), "sha1")
        return hmac.compare_digest(made, base64.b64decode(digest))
    except ValueError:
        return False
