"""Deploy keys: a key pair that opens one repo.

A private key goes from memory to the server's secrets, or comes from `bootstrap/`; it touches no disk here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from infra_tool.errors import UsageError
from infra_tool.gitea.client import Client
from infra_tool.gitea.step import Call, Repo, Step


@dataclass(frozen=True)
class KeyPair:
    """An ssh key pair; the private half is never shown."""

    public: str
    private: str = field(repr=False)


@dataclass(frozen=True)
class Wanted:
    """A deploy key: its title, its public half as ssh writes it, whether it may only read."""

    title: str
    public: str
    read_only: bool


def public_half(private: str, comment: str) -> str:
    """Return the public half of a private ssh key as one line, without quoting the key when it cannot be read."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_ssh_private_key,
    )

    lines = private.replace("\r\n", "\n").strip() + "\n"
    try:
        key = load_ssh_private_key(lines.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UsageError(
            "the deploy key cannot be read",
            hint="a whole private ssh key without a passphrase, with its BEGIN and END lines",
        ) from None
    return f"{key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()} {comment}"


def same_key(one: str, other: str) -> bool:
    """Tell whether two public keys are one, whatever their comments say."""
    return one.split()[:2] == other.split()[:2]


def has_title(client: Client, repo: Repo, title: str) -> bool:
    """Tell whether the repo has a deploy key of that title."""
    return any(key.get("title") == title for key in client.listed(*repo.path("keys")))


def plan(client: Client, repo: Repo, wanted: Wanted) -> Iterator[Step]:
    """Yield what becomes of a deploy key; one of another key under its title, or with other rights, is replaced."""
    keys = client.listed(*repo.path("keys"))
    found = [key for key in keys if key.get("title") == wanted.title or same_key(str(key.get("key")), wanted.public)]
    right = "may only read" if wanted.read_only else "may write"
    if any(_is(key, wanted) for key in found):
        yield Step("deploy key", wanted.title, "keep", right)
        return
    body = {"title": wanted.title, "key": wanted.public, "read_only": wanted.read_only}
    removed = tuple(Call("DELETE", repo.path("keys", str(key.get("id")))) for key in found)
    calls = (*removed, Call("POST", repo.path("keys"), body))
    yield Step("deploy key", wanted.title, "update" if found else "create", right, calls)


def _is(key: dict[str, object], wanted: Wanted) -> bool:
    """Tell whether a key is the wanted one; Gitea tells the rights to the owner and to administrators only."""
    is_told = key.get("repository") is not None
    return same_key(str(key.get("key")), wanted.public) and (not is_told or key.get("read_only") is wanted.read_only)
