"""Private keys of people: found where sops looks for them, or made there. Never inside a repo, never in an argument."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra_tool import git, sops
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.sops import Identity

PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600


@dataclass(frozen=True)
class Key:
    """A key pair: its public half, the file of its private half, and that half while it is not written yet.

    `path` is None for a public key that was given: its private half is elsewhere.
    """

    recipient: str
    path: Path | None = None
    unsaved: Identity | None = None


def given(recipient: str) -> Key:
    """Return the key of a recipient that was given. Raises UsageError when it is none."""
    found = sops.recipient(recipient)
    if found.problem:
        raise UsageError(f"the recipient {found.problem}")
    return Key(recipient)


def personal(env: Mapping[str, str], home: Path, *, future: Path | None = None) -> Key:
    """Return the key of the person at this machine: the first in the file that sops reads, or a new one for it.

    Raises UsageError when the file holds no age X25519 key, or would have to be made inside a repo.
    """
    return at(sops.keys_file(env, home), flag="--recipient", future=future)


def at(path: Path, *, flag: str, future: Path | None = None) -> Key:
    """Return the first key in the file at `path`, or a new one that is yet to be written there.

    `future` is a directory that is about to become a repo. Raises UsageError, which names the flag that gives another
    key, as for `personal`.
    """
    if not path.exists():
        if repo := git.root(_nearest(path)) or _around(path, future):
            raise UsageError(f"{path} is inside the git repo {repo}: a private key does not belong there", hint=flag)
        made = sops.generate_identity()
        return Key(made.recipient, path, made)
    found = sops.from_file(path).x25519
    if not found:
        raise UsageError(f"{path} holds no age key of the ordinary kind (X25519)", hint=f"give {flag} age1...")
    return Key(sops.recipient_of(found[0]), path)


def save(key: Key) -> None:
    """Write a new private key to its file, which only its owner can read. Raises InfraToolError."""
    if key.unsaved is None or key.path is None:
        return
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = (f"# created: {now}", f"# public key: {key.recipient}", key.unsaved.secret.reveal(), "")
    try:
        key.path.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        descriptor = os.open(key.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("\n".join(lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InfraToolError(f"cannot write the new key to {key.path}: {error.strerror}") from error


def _around(path: Path, future: Path | None) -> Path | None:
    return future if future is not None and path.resolve().is_relative_to(future.resolve()) else None


def _nearest(path: Path) -> Path:
    """Return the directory above `path` that exists."""
    return next(parent for parent in path.absolute().parents if parent.is_dir())
