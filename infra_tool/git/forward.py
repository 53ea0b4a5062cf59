"""Bring a checkout to the commit that was pushed for it, when nothing of the user's is in the way."""

import time

from infra_tool.errors import InfraToolError
from infra_tool.git.alone import alone
from infra_tool.git.command import run
from infra_tool.git.place import Place
from infra_tool.git.snapshot import head

PATIENCE = 10
"""Seconds to wait for another command that changes the checkout."""

HINT = "this checkout does not hold the pushed commit yet: git pull"


def fast_forward(place: Place, branch: str, base: str, commit: str) -> str | None:
    """Move the checked out `branch` from `base` to `commit`, its child, with the files and the index.

    Nothing moves, and a hint is returned, when another commit or branch is checked out or a changed path is not clean.
    """
    try:
        with alone(place.directory, time.monotonic() + PATIENCE):
            return _move(place, branch, base, commit)
    except InfraToolError:
        return HINT


def _move(place: Place, branch: str, base: str, commit: str) -> str | None:
    on = run(("symbolic-ref", "-q", "HEAD"), cwd=place.top, ok=(0, 1)).stdout.decode().strip()
    if on != f"refs/heads/{branch}" or head(place.top) != base:
        return HINT
    run(("update-index", "-q", "--refresh"), cwd=place.top, ok=None)
    # git itself refuses here when a file that changes has local or staged changes, or is there untracked.
    if run(("read-tree", "-m", "-u", base, commit), cwd=place.top, ok=None).status != 0:
        return HINT
    done = run(("update-ref", "-m", "infra-tool: fast-forward", "HEAD", commit, base), cwd=place.top, ok=None)
    return None if done.status == 0 else HINT
