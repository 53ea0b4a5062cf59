"""Write edits to a work tree: each file atomically, in order, and all of them or none unless the process is killed."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from infra_tool.edits.edits import Edits, File
from infra_tool.edits.tree import EXECUTABLE, FILE, SUBMODULE, SYMLINK, shown
from infra_tool.errors import InfraToolError

TEMPORARY = ".infra-tool-tmp"
"""The end of the names of files being written. One can stay behind after a kill; the next run removes it."""

EXECUTE_BITS = 0o111


class _Before(NamedTuple):
    """What was at a path: its content and permissions; None for nothing. A symlink's content is its target."""

    path: Path
    data: bytes | None
    permissions: int
    link: bool


def apply(root: Path, edits: Edits) -> None:
    """Write `edits` below `root`, in their order; an error puts everything back.

    Raises InfraToolError for a path that leaves `root`, goes through a symlink, or cannot be written.
    """
    with applied(root, edits):
        pass


@contextmanager
def applied(root: Path, edits: Edits) -> Iterator[None]:
    """Write `edits` below `root` as `apply` does; put everything back when the block fails."""
    places = [(_place(root, path), file, path) for path, file in edits.files.items()]
    undo: list[_Before | Path] = []
    try:
        for place, file, path in places:
            _write(root, place, file, path, undo)
        yield
    except BaseException:
        for before in reversed(undo):
            with suppress(OSError):
                _put_back(before)
        raise


def on_disk(root: Path, path: str) -> File | None:
    """Return what lies at `path` below `root` now, None for nothing; raises InfraToolError as `apply` does."""
    try:
        before = _look(_place(root, path))
    except OSError as error:
        raise InfraToolError(f"cannot be read: {error.strerror}", path=shown(path)) from error
    if before.data is None:
        return None
    executable = EXECUTABLE if before.permissions & stat.S_IXUSR else FILE
    return File(before.data, SYMLINK if before.link else executable)


def _place(root: Path, path: str) -> Path:
    """Return where `path` lies; refuses what is outside of `root`, below a symlink, or git's own."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "/".join(parts) != path or "\0" in path:
        raise InfraToolError("refused to write: not a path inside of the repo", path=shown(path))
    if any(part.lower() == ".git" for part in parts):
        raise InfraToolError("refused to write: the directory .git is git's own", path=shown(path))
    place = root
    for part in parts[:-1]:
        place /= part
        if place.is_symlink():
            raise InfraToolError(f"refused to write through the symlink {place.relative_to(root)}", path=shown(path))
    return place / parts[-1]


def _write(root: Path, place: Path, file: File | None, path: str, undo: list[_Before | Path]) -> None:
    """Carry out one edit, first noting in `undo` how to take it back."""
    try:
        before = _look(place)
        if file is not None and before.link and file.mode != SYMLINK:
            raise InfraToolError("refused to write through a symlink", path=shown(path))
        if file is not None and file.mode == SUBMODULE:
            raise InfraToolError("refused to write a submodule", path=shown(path))
        if file is not None:
            _make_directories(root, place.parent, undo)
        undo.append(before)
        if file is None:
            place.unlink(missing_ok=True)
            _remove_empty(root, place.parent)
        else:
            _replace(place, file, _permissions(file, before))
    except OSError as error:
        raise InfraToolError(f"cannot be written: {error.strerror}", path=shown(path)) from error


def _look(place: Path) -> _Before:
    try:
        status = place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return _Before(place, None, 0, link=False)
    if stat.S_ISLNK(status.st_mode):
        return _Before(place, os.fsencode(place.readlink()), 0, link=True)
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        # A pipe would be waited for.
        raise OSError(errno.EINVAL, "is no regular file")
    return _Before(place, place.read_bytes(), stat.S_IMODE(status.st_mode), link=False)


def _permissions(file: File, before: _Before) -> int | None:
    """Return the permission bits to keep, with the execute bits as the mode says; None for a new file."""
    if before.data is None or before.link:
        return None
    if file.mode != EXECUTABLE:
        return before.permissions & ~EXECUTE_BITS
    # Who may read may execute, as git does it.
    return before.permissions | (before.permissions & 0o444) >> 2


def _make_directories(root: Path, directory: Path, undo: list[_Before | Path]) -> None:
    wanted = [directory, *directory.parents]
    for place in reversed(wanted[: wanted.index(root)]):
        if not place.is_dir():
            place.mkdir()
            undo.append(place)


def _remove_empty(root: Path, directory: Path) -> None:
    """Remove the directories that a deletion left empty, as git does."""
    with suppress(OSError):
        while directory != root:
            directory.rmdir()
            directory = directory.parent


def _replace(place: Path, file: File, permissions: int | None) -> None:
    """Put new content at `place` in one step: a reader sees the old or the new file, never a part."""
    _remove_stale(place.parent)
    temporary = place.with_name(f".{os.getpid()}-{os.urandom(4).hex()}{TEMPORARY}")
    try:
        if file.mode == SYMLINK:
            temporary.symlink_to(os.fsdecode(file.data))
        else:
            _fill(temporary, file, permissions)
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _fill(temporary: Path, file: File, permissions: int | None) -> None:
    """Write a new file through to the disk; without `permissions` it gets those that the umask leaves."""
    new = 0o777 if file.mode == EXECUTABLE else 0o666
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, new)
    with open(descriptor, "wb") as stream:  # noqa: PTH123 -- a descriptor: the umask was applied when it was made
        stream.write(file.data)
        stream.flush()
        if permissions is not None:
            os.fchmod(descriptor, permissions)
        os.fsync(descriptor)


def _remove_stale(directory: Path) -> None:
    """Remove what killed runs left in `directory`; files of runs that are alive stay."""
    for left in directory.glob(f".*{TEMPORARY}"):
        owner = left.name[1:].partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            left.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _put_back(before: _Before | Path) -> None:
    """Undo one step: a directory that was made, or a file that was written or removed."""
    if isinstance(before, Path):
        before.rmdir()
    elif before.data is None:
        before.path.unlink(missing_ok=True)
    else:
        before.path.parent.mkdir(parents=True, exist_ok=True)
        _replace(before.path, File(before.data, SYMLINK if before.link else FILE), before.permissions)
