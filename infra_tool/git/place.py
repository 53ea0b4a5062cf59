"""Find the repo that a directory belongs to."""

import os
from pathlib import Path
from typing import NamedTuple

from infra_tool.errors import InfraToolError, ToolMissingError
from infra_tool.git.command import run, words
from infra_tool.git.environment import PLACE, environment

NO_REPO = ("not a git repository", "must be run in a work tree")


class Place(NamedTuple):
    """A directory in a work tree: the top of the tree, and the way from there ("" or ending in a slash)."""

    directory: Path
    top: Path
    prefix: str
    shallow: bool


def root(start: Path) -> Path | None:
    """Return the root of the work tree that `start` lies in; None outside of one, or without git.

    Honours GIT_DIR and GIT_WORK_TREE. Raises InfraToolError when git refuses the repo.
    """
    try:
        done = run(("rev-parse", "--show-toplevel"), cwd=start, ok=None, env=environment(*PLACE))
    except ToolMissingError:
        return None
    if done.status == 0:
        return Path(os.fsdecode(done.stdout).removesuffix("\n"))
    if any(reason in words(done.stderr) for reason in NO_REPO):
        return None
    raise InfraToolError(f"git cannot use the repo of {start}: {words(done.stderr).removeprefix('fatal: ')}")


def place(directory: Path) -> Place:
    """Return where `directory` lies in its work tree; raises InfraToolError when it lies in none."""
    done = run(("rev-parse", "--is-shallow-repository", "--show-toplevel", "--show-prefix"), cwd=directory, ok=None)
    if done.status != 0:
        raise InfraToolError(f"{directory} is not in a git repo: {words(done.stderr).removeprefix('fatal: ')}")
    shallow, top, prefix = os.fsdecode(done.stdout).split("\n")[:3]
    return Place(directory, Path(top), prefix, shallow == "true")
