"""Bring the history that a shallow clone lacks."""

from collections.abc import Callable, Mapping
from pathlib import Path

from infra_tool.errors import InfraToolError
from infra_tool.git.command import failed, lines, run
from infra_tool.git.talk import TIMEOUT, insist
from infra_tool.proc import ProgramError

History = Callable[[bool], None]
"""Makes the whole history available; with the directories of each commit when they are asked for."""

UNSHALLOW = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")


def is_shallow(place: Path) -> bool:
    """Tell whether commits before some boundary are missing."""
    return lines(("rev-parse", "--is-shallow-repository"), cwd=place) == ["true"]


def deepener(place: Path, remote: str, refspec: str, env: Mapping[str, str], end: float) -> History:
    """Return what completes the history of a private partial clone: the commits alone, or with their directories.

    Until the moment `end`.
    """
    brought: set[str] = set()

    def deepen(directories: bool) -> None:  # noqa: FBT001 -- the type History has no names
        what = "blob:none" if directories else "tree:0"
        if what in brought or "blob:none" in brought:
            return
        if is_shallow(place):
            how: tuple[str, ...] = ("--unshallow",)
        elif "tree:0" in brought:
            how = ("--refetch",)
        else:
            return
        command = (*UNSHALLOW, *how, f"--filter={what}", remote, refspec)
        done = insist(command, cwd=place, env=env, end=end)
        if done.status != 0:
            raise failed(command, done)
        brought.add(what)

    return deepen


def complete(place: Path) -> None:
    """Bring the whole history into a shallow checkout of the user's, which must stay an ordinary clone.

    Raises InfraToolError when that does not work: a part of the history must not pass for the whole.
    """
    if not is_shallow(place):
        return
    try:
        run((*UNSHALLOW, "--unshallow", "origin"), cwd=place, timeout=TIMEOUT)
    except ProgramError as error:
        raise InfraToolError(
            f"the clone is shallow, and its history cannot be fetched: {error.message}", hint="git fetch --unshallow"
        ) from error
