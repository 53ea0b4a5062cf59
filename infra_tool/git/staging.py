"""The index entries of a few paths; whatever else is staged stays as it is."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple

from infra_tool.edits import File, shown
from infra_tool.errors import InfraToolError
from infra_tool.git.backoff import pause
from infra_tool.git.command import records, run, words
from infra_tool.git.place import Place

LOCK_WAIT = 10.0
"""Seconds to wait for another git that holds the index."""

LOCKED = "index.lock': File exists"
"""What git says then; by the time one looks, the lock may be gone."""


class Staged(NamedTuple):
    """An entry of the index."""

    mode: str
    blob: str


def staged(place: Place, paths: Iterable[str]) -> dict[str, Staged]:
    """Return what the index holds of `paths`; raises InfraToolError for one with a conflict.

    It is the checkout's own index, whatever index a hook was given.
    """
    found: dict[str, Staged] = {}
    listing = ("--literal-pathspecs", "ls-files", "-z", "--stage", "--", *paths)
    for record in records(run(listing, cwd=place.directory).stdout):
        facts, _, path = record.partition("\t")
        mode, blob, stage = facts.split(" ")
        if stage != "0":
            raise InfraToolError("has a merge conflict", path=shown(path), hint="resolve it first")
        found[path] = Staged(mode, blob)
    return found


def store(place: Place, files: Mapping[str, File | None]) -> dict[str, Staged]:
    """Write the contents of `files` as objects and return their index entries."""

    def blob(data: bytes) -> str:
        return run(("hash-object", "-w", "--stdin"), cwd=place.top, stdin=data).stdout.decode().strip()

    return {path: Staged(file.mode, blob(file.data)) for path, file in files.items() if file is not None}


@contextmanager
def restaged(place: Place, before: Mapping[str, Staged], after: Mapping[str, Staged]) -> Iterator[None]:
    """Change the entries `before` to `after`, both complete for their paths; put them back when the block fails."""
    _stage(place, before, after)
    try:
        yield
    except BaseException:
        _stage(place, after, before)
        raise


def refresh(place: Place) -> None:
    """Let the index know the files on disk, so that plumbing sees them as unchanged."""
    run(("update-index", "-q", "--refresh"), cwd=place.top, ok=None)


def _stage(place: Place, before: Mapping[str, Staged], after: Mapping[str, Staged]) -> None:
    gone = [f"0 {entry.blob}\t{place.prefix}{path}\0" for path, entry in before.items() if path not in after]
    kept = [f"{entry.mode} {entry.blob}\t{place.prefix}{path}\0" for path, entry in after.items()]
    stdin = os.fsencode("".join((*gone, *kept)))
    end = time.monotonic() + LOCK_WAIT
    for attempt in count(1):
        done = run(("update-index", "-z", "--index-info"), cwd=place.top, stdin=stdin, ok=None)
        if done.status == 0:
            return
        reason = words(done.stderr).removeprefix("fatal: ")
        if time.monotonic() > end or LOCKED not in reason:
            raise InfraToolError(f"the git index cannot be written: {reason}", hint="is another git at work here?")
        pause(attempt)
