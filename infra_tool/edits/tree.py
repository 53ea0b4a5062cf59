"""A read-only view of an infra repo: everything the program does is a function of one."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

from infra_tool.errors import InfraToolError

Mode = Literal["100644", "100755", "120000", "160000"]
FILE: Mode = "100644"
EXECUTABLE: Mode = "100755"
SYMLINK: Mode = "120000"
SUBMODULE: Mode = "160000"

MAX_SIZE = 5 * 1024 * 1024
"""Bytes; larger files are reported, not read (the limit of Flux's own decryptor)."""


class Entry(NamedTuple):
    """One file of a tree: its repo-relative POSIX path; git's object id and the size in bytes where known.

    A path that is not UTF-8 holds surrogates, as `os.fsdecode` makes them.
    """

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
        """Return the content of several files, fetched together where a fetch is needed.

        Raises InfraToolError for the first that cannot be read; `readable` tells which those are.
        """
        ...


class Listing(dict[str, Entry]):
    """Entries by path, sorted, that know their directories."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Listing":
        """Return `entries` sorted by path; of two with one path the later wins."""
        return cls(sorted({entry.path: entry for entry in entries}.items()))

    @cached_property
    def directories(self) -> Mapping[str, Sequence[str]]:
        """The sorted names of the files and directories directly below each directory ("" is the root)."""
        found: dict[str, set[str]] = {"": set()}
        for path in self:
            directory, _, name = path.rpartition("/")
            while name not in found.setdefault(directory, set()):
                found[directory].add(name)
                directory, _, name = directory.rpartition("/")
                if not name:
                    break
        return {directory: sorted(names) for directory, names in found.items()}


class MemoryTree:
    """A tree held in memory: what templates rendered, or an example in a test."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Take the files as they are; every one gets the ordinary mode."""
        self._files = dict(files)
        self.entries: Mapping[str, Entry] = Listing.of(Entry(path, FILE, size=len(files[path])) for path in files)

    def read(self, path: str) -> bytes:
        """Return the content of `path`."""
        if path not in self._files:
            raise missing(path)
        return self._files[path]

    def read_many(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of `paths`."""
        return {path: self.read(path) for path in paths}


def missing(path: str) -> InfraToolError:
    """Return the error for a path that a tree does not hold."""
    return InfraToolError("no such file", path=shown(path))


def shown(path: str) -> str:
    """Return `path` as it can be printed: bytes that are no UTF-8 become escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def obstacle(entry: Entry) -> str | None:
    """Return why the content of `entry` is not read, None when it may be; an unknown size counts as small."""
    if entry.mode == SUBMODULE:
        return "is a submodule"
    if not entry.path.isprintable() and shown(entry.path) != entry.path:
        return "its name is not UTF-8"
    if entry.size is not None and entry.size > MAX_SIZE:
        return f"is larger than {MAX_SIZE // (1024 * 1024)} MiB"
    return None


def unreadable(entry: Entry) -> InfraToolError | None:
    """Return the error for reading an entry with an `obstacle`."""
    reason = obstacle(entry)
    return InfraToolError(f"not read: {reason}", path=shown(entry.path)) if reason else None


def leaves_repo(path: str, target: str) -> bool:
    """Tell whether the symlink at `path` with this `target` points out of the repo (or, oddly, at its root)."""
    if target.startswith("/"):
        return True
    end = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return end in {".", ".."} or end.startswith("../")


def readable(tree: Tree, paths: Iterable[str]) -> tuple[Mapping[str, bytes], Mapping[str, str]]:
    """Return the contents of those of `paths` that can be read, and the reason for each that cannot.

    Symlinks that leave the repo count as unreadable; the content of the others is their target.
    """
    reasons: dict[str, str] = {}
    wanted = dict.fromkeys(paths)
    found = _read(tree, wanted, reasons)
    while found is None:
        found = _read(tree, wanted, reasons)
    for path, data in found.items():
        if tree.entries[path].mode == SYMLINK and leaves_repo(path, data.decode(errors="replace")):
            reasons[path] = "is a symlink that leaves the repo"
    return {path: data for path, data in found.items() if path not in reasons}, reasons


def _read(tree: Tree, wanted: Iterable[str], reasons: dict[str, str]) -> Mapping[str, bytes] | None:
    """Read what has no entry in `reasons` yet; None when a file had to be entered there."""
    rest = [path for path in wanted if path not in reasons]
    try:
        return tree.read_many(rest)
    except InfraToolError as error:
        culprit = next((path for path in rest if shown(path) == error.path), None)
        if culprit is None:
            raise
        reasons[culprit] = error.message
        return None


def children(tree: Tree, directory: str) -> list[str]:
    """Return the names directly below `directory` ("" is the root), files and directories, sorted."""
    return list(_directories(tree).get(directory, ()))


def is_directory(tree: Tree, path: str) -> bool:
    """Tell whether some file lies below `path`."""
    return path in _directories(tree) and bool(path or tree.entries)


def _directories(tree: Tree) -> Mapping[str, Sequence[str]]:
    entries = tree.entries
    listing = entries if isinstance(entries, Listing) else Listing.of(entries.values())
    return listing.directories
