"""What an answer depends on besides the question: the program itself, and the packages that are installed."""

from __future__ import annotations

import os
import sys

PACKAGE = os.path.dirname(os.path.dirname(__file__))

Stamps = tuple[tuple[str, int, int], ...]


def take() -> Stamps:
    """Return path, time and size of every source file, and of each directory that packages are installed into.

    An installation, update or removal of a package makes or removes a directory beside it.
    """
    found = [(path, stat.st_mtime_ns, stat.st_size) for path, stat in _sources()]
    for directory in sys.path[1:]:
        try:
            found.append((directory, os.stat(directory).st_mtime_ns, 0))
        except OSError:
            continue
    return tuple(sorted(found))


def _sources() -> list[tuple[str, os.stat_result]]:
    found = []
    directories = [PACKAGE]
    while directories:
        with os.scandir(directories.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    found.append((entry.path, entry.stat()))
                elif entry.is_dir() and not entry.name.startswith("__"):
                    directories.append(entry.path)
    return found
