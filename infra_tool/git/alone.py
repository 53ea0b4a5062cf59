"""One command at a time changes a checkout: two that start from the same files would undo each other."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra_tool.errors import InfraToolError

WAIT = 0.05
"""Seconds between two looks at whether the other one is done."""


@contextmanager
def alone(directory: Path, end: float) -> Iterator[None]:
    """Keep `directory` for this process, first waiting until `end` (`time.monotonic`) for another one to finish.

    The lock is on the directory itself: it leaves no file, and a process that is killed holds none. Raises
    InfraToolError when the other one takes longer. A file system without locks stops nobody.
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        while not _taken(descriptor):
            if time.monotonic() > end:
                raise InfraToolError(
                    f"another infra-tool is changing {directory}",
                    hint="wait until it is done, then run this again; --deadline SECONDS waits longer",
                )
            time.sleep(WAIT)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
