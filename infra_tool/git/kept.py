"""Directories of clones that are kept between calls: they save time, and deleting them changes nothing else.

A clone that a call did not leave in good order is never used again, so that a kill leaves nothing to repair. Each has a
directory of its own name: a git that outlives its caller writes into none that is used later.
"""

import fcntl
import os
import shutil
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from infra_tool.errors import InfraToolError
from infra_tool.git.command import run
from infra_tool.git.environment import environment
from infra_tool.git.partial import LOCAL

CLEAN = "in-order"
"""The file that the last user of a clone left in it."""

LOOK = 0.03
"""Seconds between two looks at whether another process is done."""

PACKS = 60
"""Each call adds a pack or two, since nothing is ever collected; with more than these a new clone is faster."""


class DamagedError(InfraToolError):
    """A kept clone is damaged, and what was done in it counts for nothing."""


@contextmanager
def kept_directory(settings: str, *names: str, patience: float = 0) -> Iterator[Path | None]:
    """Yield the directory of the clone that `names` and git's `settings` stand for; locked, perhaps without a clone.

    Another process that uses it is waited for, `patience` seconds at most: with many at once on one machine a queue is
    the fastest way. None after that, and where none can be kept. An error in the block, or a kill, ends the clone;
    where it comes from damage, DamagedError is raised instead.
    """
    home = _home("\0".join((settings, *names)))
    lock = _lock(home, patience) if home else None
    if home is None or lock is None:
        yield None
        return
    try:
        place = _usable(home, settings) or home / f"clone-{os.urandom(8).hex()}"
        place.mkdir(mode=0o700, exist_ok=True)
        try:
            yield place
            (place / CLEAN).touch()
        except InfraToolError as error:
            if _is_sound(place):
                raise
            raise DamagedError(f"the kept clone {place} is damaged") from error
        finally:
            _sweep(home)
    finally:
        os.close(lock)


def _home(key: str) -> Path | None:
    """Return the directory for a key; None when this user does not alone write there."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(base) if Path(base).is_absolute() else Path(os.environ.get("HOME", "")) / ".cache"
    if not cache.is_absolute():
        return None
    encoded = os.fsencode(key)
    home = cache / "infra-tool" / "clones" / f"{zlib.crc32(encoded):08x}{zlib.adler32(encoded):08x}"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.parent.chmod(0o700)
        status = home.stat(follow_symlinks=False)
    except OSError:
        return None
    return home if status.st_uid == os.geteuid() and not status.st_mode & 0o077 else None


def _lock(home: Path, patience: float) -> int | None:
    """Return the descriptor of a lock; None while another process has it, or where there are no locks."""
    try:
        descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < end:
                time.sleep(LOOK)
                continue
        except OSError:
            pass
        else:
            return descriptor
        os.close(descriptor)
        return None


def _usable(home: Path, settings: str) -> Path | None:
    """Return a clone in good order, which is so no more until it is left in good order again; remove all others."""
    for place in home.glob("clone-*"):
        with suppress(OSError):
            (place / CLEAN).unlink()
            # A clone whose whole history was fetched lacks the directories of it.
            is_cheap = (place / "shallow").exists() and len(list(place.glob("objects/pack/*.pack"))) <= PACKS
            if is_cheap and (place / "config").read_text(encoding="utf-8") == settings:
                return place
    _sweep(home)
    return None


def _sweep(home: Path) -> None:
    """Remove the clones that are not in good order."""
    for place in home.glob("clone-*"):
        if not (place / CLEAN).exists():
            shutil.rmtree(place, ignore_errors=True)


def _is_sound(place: Path) -> bool:
    if not (place / "HEAD").exists():
        return True
    check = ("fsck", "--no-dangling", "--no-progress")
    return run(check, cwd=place, env=environment(extra=LOCAL), ok=None).status == 0
