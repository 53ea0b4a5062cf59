"""A directory that only this user can look into, gone when it is no longer needed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def private_directory() -> Iterator[Path]:
    """Make a directory with mode 0700 below TMPDIR, and remove it with all it holds at the end."""
    # tempfile would import random, and that hashlib: more than the whole rest of a push.
    directory = Path(os.environ.get("TMPDIR") or "/tmp") / f"infra-tool-{os.urandom(8).hex()}"  # noqa: S108 -- as mkdtemp
    directory.mkdir(mode=0o700)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
