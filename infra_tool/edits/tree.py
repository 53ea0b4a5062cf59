"""A read-only view of an infra repo: everything the program does is a function of one."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, Protocol

Mode = Literal["100644", "100755", "120000", "160000"]
FILE: Mode = "100644"
EXECUTABLE: Mode = "100755"
SYMLINK: Mode = "120000"
SUBMODULE: Mode = "160000"

MAX_SIZE = 5 * 1024 * 1024
"""Bytes; larger files are reported, not read (the limit of Flux's own decryptor)."""


class Entry(NamedTuple):
    """One file of a tree: its repo-relative POSIX path; git's object id and the size in bytes where known."""

    path: str
    mode: Mode
    blob: str | None = None
    size: int | None = None


class Tree(Protocol):
    """The files of an infra repo at one moment: the work tree, the index, a commit, or an overlay over one of them."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every file by its path, sorted by path; directories are implied."""
        ...

    def read(self, path: str) -> bytes:
        """Return the content of a file (of a symlink: its target). Raises InfraToolError when it cannot be read."""
        ...

    def read_many(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of several files, fetched together where a fetch is needed."""
        ...


class MemoryTree:
    """A tree held in memory: what templates rendered, or an example in a test."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Take the files as they are; every one gets the ordinary mode."""
        self._files = dict(files)
        self.entries: Mapping[str, Entry] = {
            path: Entry(path, FILE, size=len(self._files[path])) for path in sorted(self._files)
        }

    def read(self, path: str) -> bytes:
        """Return the content of `path`."""
        return self._files[path]

    def read_many(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of `paths`."""
        return {path: self._files[path] for path in paths}


def children(tree: Tree, directory: str) -> list[str]:
    """Return the names directly below `directory` ("" is the root), files and directories, sorted."""
    prefix = f"{directory}/" if directory else ""
    return sorted({path[len(prefix) :].partition("/")[0] for path in tree.entries if path.startswith(prefix)})


def is_directory(tree: Tree, path: str) -> bool:
    """Tell whether some file lies below `path`."""
    return any(entry.startswith(f"{path}/") for entry in tree.entries)
