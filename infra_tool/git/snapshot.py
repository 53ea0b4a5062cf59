"""Trees with their past."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from infra_tool.edits import Commit, MemoryTree, Tree
from infra_tool.errors import ToolMissingError, UsageError
from infra_tool.git.command import run
from infra_tool.git.history import History, complete
from infra_tool.git.objects import Objects
from infra_tool.git.revision import CommitTree, resolve
from infra_tool.git.worktree import WorkTree

FORMAT = "--format=%H%x00%at%x00%an <%ae>%x00%B%x00"
FIELDS = 4


@dataclass(frozen=True)
class GitSnapshot:
    """A tree and the commits before it; those that a shallow clone lacks are fetched when they are asked for."""

    tree: Tree
    revision: str | None
    place: Path
    deepen: History | None = None

    def log(self, paths: Iterable[str] = ()) -> Iterator[Commit]:
        """Iterate over the commits that touched `paths` (all when empty), newest first; paths are taken literally."""
        if self.revision is None:
            return
        limit = tuple(paths)
        if self.deepen:
            self.deepen(bool(limit))
        else:
            complete(self.place)
        yield from read_log(self.place, self.revision, limit)


def read_log(place: Path, revision: str, paths: Iterable[str] = ()) -> Iterator[Commit]:
    """Iterate over the commits up to `revision` that touched `paths`, newest first."""
    limit = ("--", *paths)
    output = run(
        ("--literal-pathspecs", "log", "-z", "--no-show-signature", "--encoding=UTF-8", FORMAT, revision, *limit),
        cwd=place,
        timeout=300,
    ).stdout
    fields = output.decode(errors="replace").split("\0")
    for start in range(0, len(fields) - FIELDS, FIELDS + 1):
        sha, time, author, message = fields[start : start + FIELDS]
        yield Commit(sha, int(time), author, message.rstrip("\n"))


def worktree_snapshot(root: Path) -> GitSnapshot:
    """Return the files on disk below `root`, whose past is that of HEAD; without git they have none."""
    return GitSnapshot(WorkTree(root), head(root), root)


def commit_snapshot(place: Path, revision: str = "HEAD") -> GitSnapshot:
    """Return a commit of the repo at `place`; raises UsageError when `revision` names none."""
    tree = CommitTree(place, revision)
    return GitSnapshot(tree, tree.revision, place)


def tip_snapshot(place: Path, revision: str | None, objects: Objects, deepen: History | None = None) -> GitSnapshot:
    """Return the commit that a branch ends with, read through `objects`; an empty tree for a branch without commits."""
    tree: Tree = MemoryTree({}) if revision is None else CommitTree(place, revision, objects)
    return GitSnapshot(tree, revision, place, deepen)


def head(root: Path) -> str | None:
    """Return the commit that HEAD names; None in a repo without commits and outside of a repo."""
    try:
        return resolve(root, "HEAD")
    except (UsageError, ToolMissingError):
        return None
