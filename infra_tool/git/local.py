"""Commit in the user's own checkout: just the edited paths, beside whatever else is staged or changed there."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from infra_tool.edits import Change, Edits, File, Mode, applied, merge, on_disk
from infra_tool.errors import InfraToolError
from infra_tool.git.backoff import pause
from infra_tool.git.command import run
from infra_tool.git.commit import commit, with_subject
from infra_tool.git.delivery import Delivery, Outcome
from infra_tool.git.objects import Objects
from infra_tool.git.partial import missing_fetcher
from infra_tool.git.place import Place, place
from infra_tool.git.snapshot import head, tip_snapshot
from infra_tool.git.staging import Staged, refresh, restaged, staged, store
from infra_tool.proc import ProgramError

R = TypeVar("R")


def deliver_commit(change: Change[R], delivery: Delivery, root: Path) -> Outcome[R]:
    """Plan on HEAD, commit the edits there, and bring them to the index and the files on disk.

    Files first, then the index, then the branch: after a kill the same call finds its own edits and completes. When
    someone else commits meanwhile, everything is put back and planned again.
    """
    where = place(root)
    objects = Objects(root, missing_fetcher(root))
    end = time.monotonic() + delivery.deadline
    attempt = 0
    while True:
        attempt += 1
        tip = head(root)
        snapshot = tip_snapshot(root, tip, objects)
        plan = change(snapshot)
        edits = plan.edits.effective(snapshot.tree)
        if not edits:
            return Outcome(plan.result, edits, attempts=attempt)
        before = {path: snapshot.tree.read(path) for path in edits if path in snapshot.tree.entries}
        message = with_subject(plan.message, delivery.message)
        try:
            new = _land(_Landing(where, tip, edits, before, delivery, objects), message)
        except ProgramError:
            if head(root) == tip or attempt > delivery.retries or time.monotonic() > end:
                raise
            pause(attempt)
        else:
            return Outcome(plan.result, edits, new, attempt)


class _Landing(NamedTuple):
    """Edits on the way into a checkout; `before` holds the contents of the edited files at `tip`."""

    place: Place
    tip: str | None
    edits: Edits
    before: Mapping[str, bytes]
    delivery: Delivery
    objects: Objects


def _land(landing: _Landing, message: str) -> str:
    where, tip, edits, _, delivery, _ = landing
    before = staged(where, edits)
    after = store(where, {path: _beside(landing, path, file) for path, file in _contents(landing, before).items()})
    on_files = Edits({path: _beside(landing, path, on_disk(where.directory, path)) for path in edits})
    files = {where.prefix + path: file for path, file in edits.files.items()}
    new = commit(where.top, tip, files, message, delivery.author)
    with applied(where.directory, on_files), restaged(where, before, after):
        reason = f"commit: {message.partition(chr(10))[0]}"
        run(("update-ref", "-m", reason, "HEAD", new, tip or ""), cwd=where.top)
    refresh(where)
    return new


def _contents(landing: _Landing, entries: Mapping[str, Staged]) -> dict[str, File | None]:
    """Return what is staged for each edited path."""
    objects = landing.objects
    objects.load(entry.blob for entry in entries.values())
    held = {path: File(objects.content(entry.blob), cast("Mode", entry.mode)) for path, entry in entries.items()}
    return {path: held.get(path) for path in landing.edits}


def _beside(landing: _Landing, path: str, local: File | None) -> File | None:
    """Return the local version of a file with the edit made; raises InfraToolError when both meet."""
    new = landing.edits.files[path]
    base = landing.before.get(path)
    if path in landing.delivery.replaces or (local.data if local else None) in (base, new.data if new else None):
        return new
    both = merge(base, local.data, new.data) if base is not None and local and new else None
    if both is None or new is None:
        raise InfraToolError(
            "has local changes where it must be edited",
            path=path,
            hint="commit or undo them first, then run this again",
        )
    return File(both, new.mode)
