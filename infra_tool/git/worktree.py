"""The tree of the files on disk."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from infra_tool.edits import EXECUTABLE, FILE, SUBMODULE, SYMLINK, Entry, Listing, missing, shown, unreadable
from infra_tool.edits.apply import TEMPORARY
from infra_tool.errors import InfraToolError, ToolMissingError
from infra_tool.git.command import records, run, words
from infra_tool.git.place import NO_REPO

LIST = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")


class WorkTree:
    """The files below `root` that git tracks or would track; every file where there is no repo.

    The listing is taken once, when it is first asked for. Object ids are not known: filters may change what git stores.
    """

    def __init__(self, root: Path) -> None:
        """Look at `root`, which may be a directory inside of a work tree."""
        self.root = root

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every file by its path below the root, sorted by path."""
        real = _RealDirectories(self.root)
        root = str(self.root)
        found = (_entry(root, path) for path in _paths(self.root) if real[path.rpartition("/")[0]])
        return Listing.of(entry for entry in found if entry)

    def read(self, path: str) -> bytes:
        """Return the content of a file, of a symlink its target."""
        entry = self.entries.get(path)
        if entry is None:
            raise missing(path)
        if reason := unreadable(entry):
            raise reason
        place = os.path.join(self.root, path)  # noqa: PTH118 -- thousands of times; Path takes ten times as long
        try:
            if entry.mode == SYMLINK:
                return os.fsencode(os.readlink(place))  # noqa: PTH115 -- as above
            with open(place, "rb", opener=_no_follow) as stream:
                return stream.read()
        except OSError as error:
            raise InfraToolError(f"cannot be read: {error.strerror}", path=shown(path)) from error

    def read_many(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of `paths`."""
        return {path: self.read(path) for path in paths}


class _RealDirectories(dict[str, bool]):
    """Which directories are directories all the way, without a symlink: git does not look behind one."""

    def __init__(self, root: Path) -> None:
        super().__init__({"": True})
        self._root = str(root)

    def __missing__(self, directory: str) -> bool:
        real = self[directory.rpartition("/")[0]] and not os.path.islink(f"{self._root}/{directory}")  # noqa: PTH114 -- as above
        self[directory] = real
        return real


def _no_follow(path: str, flags: int) -> int:
    """Open a file that must not have become a symlink since it was listed."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC)


def _paths(root: Path) -> Iterable[str]:
    """Return the paths that git tracks or would track; the slash after an untracked repo is left out."""
    try:
        done = run(LIST, cwd=root, ok=None)
    except ToolMissingError:
        return _walk(root)
    if done.status == 0:
        return (path.rstrip("/") for path in records(done.stdout) if not path.endswith(TEMPORARY))
    if any(reason in words(done.stderr) for reason in NO_REPO):
        return _walk(root)
    raise InfraToolError(f"git cannot list the files: {words(done.stderr).removeprefix('fatal: ')}")


def _walk(root: Path) -> Iterator[str]:
    for directory, names, files in os.walk(root):
        links = [name for name in names if os.path.islink(f"{directory}/{name}")]  # noqa: PTH114 -- as in read
        names[:] = [name for name in names if name != ".git" and name not in links]
        for name in (*files, *links):
            if name != ".git" and not name.endswith(TEMPORARY):
                yield os.path.relpath(f"{directory}/{name}", root)


def _entry(root: str, path: str) -> Entry | None:
    """Return the entry for a path, None when nothing is there that git could store."""
    try:
        status = os.lstat(f"{root}/{path}")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InfraToolError(f"cannot be read: {error.strerror}", path=shown(path)) from error
    mode = status.st_mode
    if stat.S_ISREG(mode):
        return Entry(path, EXECUTABLE if mode & stat.S_IXUSR else FILE, size=status.st_size)
    if stat.S_ISLNK(mode):
        return Entry(path, SYMLINK, size=status.st_size)
    return Entry(path, SUBMODULE) if stat.S_ISDIR(mode) else None
