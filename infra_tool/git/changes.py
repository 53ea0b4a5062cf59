"""What changed since a branch left the one that clusters follow."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from infra_tool.errors import UsageError
from infra_tool.git.command import records, run
from infra_tool.git.environment import INDEX, environment
from infra_tool.git.revision import is_commit, resolve

DIFF = ("diff", "--name-only", "-z", "--no-renames", "--relative")
UNTRACKED = ("ls-files", "-z", "--others", "--exclude-standard")


class Since(NamedTuple):
    """A commit, what it was found by, and the paths below the root that differ from it; removed ones are among them."""

    revision: str
    name: str
    paths: frozenset[str]


def since(root: Path, branch: str, *, staged: bool = False, rev: str | None = None) -> Since | None:
    """Return what the work tree, the index (`staged`) or a commit changes; None where there is nothing to compare with.

    Compared is with where the history left `branch`, as known of `origin`, else as it is here; a commit that is part of
    the branch, with the one before it. Raises UsageError when the history that both share is not here.
    """
    if not is_commit(root, rev or "HEAD"):
        return None
    tip = resolve(root, rev or "HEAD")
    name, base = _base(root, branch, tip)
    if rev is not None and base == tip:
        name = f"{rev}~1"
        if not is_commit(root, name):
            return None
        base = resolve(root, name)
    return Since(base, name, frozenset(_paths(root, base, staged=staged, rev=rev)))


def _base(root: Path, branch: str, tip: str) -> tuple[str, str]:
    known = (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}")
    other = next((name for name in known if is_commit(root, name)), None)
    if other is None:
        return "HEAD", tip
    shared = run(("merge-base", tip, other), cwd=root, ok=(0, 1)).stdout.decode().strip()
    name = other.removeprefix("refs/remotes/").removeprefix("refs/heads/")
    if not shared:
        raise UsageError(f"where the history left {name} is not known here", hint="git fetch --unshallow")
    return name, shared


def _paths(root: Path, base: str, *, staged: bool, rev: str | None) -> Iterator[str]:
    if rev is not None:
        yield from records(run((*DIFF, base, resolve(root, rev), "--"), cwd=root).stdout)
    elif staged:
        yield from records(run((*DIFF, "--cached", base, "--"), cwd=root, env=environment(INDEX)).stdout)
    else:
        yield from records(run((*DIFF, base, "--"), cwd=root).stdout)
        yield from records(run(UNTRACKED, cwd=root).stdout)
