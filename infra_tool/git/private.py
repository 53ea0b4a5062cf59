"""A directory that only this user can look into, gone when it is no longer needed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOCKETS = Path("/tmp")  # noqa: S108 -- for directories of mode 0700 in it
"""Where sockets are: their paths may have 104 characters, for which a long TMPDIR leaves no room."""


@contextmanager
def private_directory(parent: Path | None = None) -> Iterator[Path]:
    """Make a directory with mode 0700 in `parent`, or else in TMPDIR, and remove it with all it holds at the end."""
    # tempfile would import random, and that hashlib: more than the whole rest of a push.
    parent = parent or Path(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108 -- as mkdtemp
    directory = parent / f"infra-tool-{os.urandom(8).hex()}"
    directory.mkdir(mode=0o700)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
