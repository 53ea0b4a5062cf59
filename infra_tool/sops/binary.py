"""The sops program: everything that the embedded codec does not do.

Input goes by stdin and flags stand before the file, since sops ignores flags behind it. Plain text passes through pipes
only. sops finds the rule by the path below the directory it works in: the root of the repo, or, for a tree without a
checkout, a private directory with nothing but that tree's `.sops.yaml`.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from infra_tool import proc
from infra_tool.errors import InfraToolError, RefusedError, ToolMissingError, UsageError
from infra_tool.proc import Completed
from infra_tool.sops.age import NoKeyError
from infra_tool.sops.cipher import MacError
from infra_tool.sops.rules import PATH

MINIMUM = (3, 11)
"""What takes a value from stdin."""

VERSION = re.compile(r"^sops (\d+)\.(\d+)\.(\d+)", re.MULTILINE)
TIMEOUT = 120
"""Seconds; a key in the cloud or behind a passphrase may take its time."""

MAC_MISMATCH, NO_KEY, ENCRYPTED_ALREADY, BAD_CONFIG, BAD_INDEX = 51, 128, 203, 5, 7


def encrypt(data: bytes, path: str, *, config: bytes, root: Path | None = None) -> bytes:
    """Encrypt a file by the rule that `config` (a `.sops.yaml`) has for its repo-relative path."""
    with _directory(config, root) as place:
        target = place / path
        return _run(("encrypt", "--filename-override", str(target)), path, cwd=place, stdin=data).stdout


def decrypt(data: bytes, path: str, *, root: Path | None = None, identity: Path | None = None) -> bytes:
    """Return the plain content of an encrypted file, with the keys that sops finds."""
    with _directory(b"", root) as place:
        command = ("decrypt", "--filename-override", str(place / path))
        return _run(command, path, cwd=place, stdin=data, identity=identity).stdout


def set_json(data: bytes, path: str, keys: Sequence[str], value: str, *, identity: Path | None = None) -> bytes:
    """Set a value of the first document, given as JSON, and return the new content; other values keep their ciphertext.

    It goes by stdin (sops 3.11 or later).
    """
    options = ("set", "--idempotent", "--value-stdin")
    return _in_place(data, path, options, (_index(keys),), stdin=value.encode(), identity=identity)


def unset(data: bytes, path: str, keys: Sequence[str], *, identity: Path | None = None) -> bytes:
    """Remove one key of the first document and return the new content."""
    return _in_place(data, path, ("unset",), (_index(keys),), identity=identity)


def update_keys(data: bytes, path: str, *, config: bytes, identity: Path | None = None) -> bytes:
    """Wrap the data key for the recipients that `config` (a `.sops.yaml`) names for a repo-relative path."""
    with _directory(config, None) as place:
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        _run(("updatekeys", "--yes", str(target)), path, cwd=place, stdin=b"", identity=identity)
        return target.read_bytes()


def _index(keys: Sequence[str]) -> str:
    return "".join(f"[{json.dumps(key)}]" for key in keys)


def _in_place(
    data: bytes,
    path: str,
    options: Sequence[str],
    behind: Sequence[str] = (),
    *,
    stdin: bytes = b"",
    identity: Path | None = None,
) -> bytes:
    """Let sops change a copy of an encrypted file in a private directory, and return it."""
    with _directory(b"", None) as place:
        target = place / Path(path).name
        target.write_bytes(data)
        _run((*options, str(target), *behind), path, cwd=place, stdin=stdin, identity=identity)
        return target.read_bytes()


@contextmanager
def _directory(config: bytes, root: Path | None) -> Iterator[Path]:
    """Return `root` when its `.sops.yaml` is the wanted one, else a private directory that holds that file alone."""
    if root is not None and (not config or _content(root / PATH) == config):
        yield root
        return
    with tempfile.TemporaryDirectory(prefix="infra-tool-") as name:
        place = Path(name).resolve()
        if config:
            (place / PATH).write_bytes(config)
        yield place


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _require(path: str) -> None:
    """Raise ToolMissingError, with how to get it, unless a sops that can do all of this is installed."""
    needs = f"needs the sops binary >= {'.'.join(map(str, MINIMUM))}"
    try:
        found = _version(proc.find("sops"))
    except ToolMissingError as error:
        raise ToolMissingError(needs, path=path, hint=error.hint) from error
    if found and found < MINIMUM:
        older = ".".join(map(str, found))
        raise ToolMissingError(f"{needs}, and {older} is installed", path=path, hint=proc.INSTALL_HINTS["sops"])


@cache
def _version(program: str) -> tuple[int, ...]:
    """Return the release of a sops; nothing for one that does not tell."""
    said = proc.run((program, "--version"), env={**os.environ, "SOPS_DISABLE_VERSION_CHECK": "1"}, ok=None).stdout
    match = VERSION.search(said.decode(errors="replace"))
    return tuple(map(int, match.groups())) if match else ()


def _run(arguments: Sequence[str], path: str, *, cwd: Path, stdin: bytes, identity: Path | None = None) -> Completed:
    _require(path)
    env = {**os.environ, "SOPS_DISABLE_VERSION_CHECK": "1"}
    env.pop("SOPS_CONFIG", None)
    if identity is not None:
        env["SOPS_AGE_KEY_FILE"] = str(identity)
    for name in ("SOPS_AGE_KEY_FILE", "SOPS_AGE_SSH_PRIVATE_KEY_FILE"):
        if name in env:
            env[name] = str(Path(env[name]).expanduser().resolve())
    done = proc.run(
        ("sops", *arguments), cwd=cwd, env=env, stdin=stdin, timeout=TIMEOUT, ok=tuple(range(256)), secret=True
    )
    if done.status:
        raise translated(done.status, path, done.stderr.decode(errors="replace"))
    return done


def translated(status: int, path: str, words: str) -> InfraToolError:
    """Return our error for an exit status of sops.

    Its own words are quoted only for faults of configuration and keys, where they cannot hold a plain value.
    """
    if status == MAC_MISMATCH:
        return MacError("the content does not match its MAC", path=path)
    if status == NO_KEY:
        return NoKeyError("sops finds no private key that opens this file", path=path, hint=_last_line(words))
    if status == ENCRYPTED_ALREADY:
        return RefusedError("is encrypted already", path=path)
    if status == BAD_CONFIG or "config" in words or "creation rules" in words:
        return UsageError(f"sops refuses the configuration: {_last_line(words)}", path=path)
    if status == BAD_INDEX:
        return UsageError("sops knows no such key", path=path)
    return InfraToolError(f"sops failed with status {status}", path=path, hint="run sops by hand to see why")


def _last_line(words: str) -> str:
    return next((line.strip() for line in reversed(words.splitlines()) if line.strip()), "")
