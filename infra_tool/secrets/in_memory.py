"""A place for plain text that is memory, not disk: for an editor, which works on files."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra_tool.errors import InfraToolError

MOUNTS = Path("/proc/self/mounts")
MEMORY = frozenset({"tmpfs", "ramfs"})
ESCAPES = {"\\040": " ", "\\011": "\t", "\\134": "\\"}


@contextmanager
def private_directory(env: Mapping[str, str], chosen: Path | None) -> Iterator[Path]:
    """Return a directory that only its owner can read, in memory or in `chosen`; it is removed afterwards.

    Raises InfraToolError where there is no such memory and nothing was chosen.
    """
    parent = chosen or in_memory(env)
    if parent is None:
        raise InfraToolError(
            "this system has no file system in memory, and plain text must not reach a disk",
            hint="infra-tool secret set PATH KEY sets single values; --edit-dir DIR names a place of your own",
        )
    try:
        place = Path(tempfile.mkdtemp(prefix="infra-tool-", dir=parent))
    except OSError as error:
        raise InfraToolError(f"cannot write to {parent}: {error.strerror}") from error
    try:
        yield place
    finally:
        shutil.rmtree(place)


def in_memory(env: Mapping[str, str]) -> Path | None:
    """Return the first of the usual directories that lies in memory and can be written to."""
    for name in (env.get("XDG_RUNTIME_DIR"), "/dev/shm", "/run/shm"):  # noqa: S108 -- only where it is memory
        if name and os.access(name, os.W_OK | os.X_OK) and _file_system(Path(name)) in MEMORY:
            return Path(name)
    return None


def _file_system(place: Path) -> str | None:
    """Return the type of the file system that a directory lies in; None where it cannot be told."""
    try:
        rows = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    real = place.resolve()
    found: list[tuple[int, int, str]] = []
    for index, row in enumerate(rows):
        _, mount, kind, *_ = row.split(" ")
        for escape, character in ESCAPES.items():
            mount = mount.replace(escape, character)
        if real.is_relative_to(mount):
            found.append((len(Path(mount).parts), index, kind))
    # The deepest mount counts, of several on one directory the last.
    return max(found)[2] if found else None
