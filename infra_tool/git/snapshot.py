"""Trees with their past."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra_tool.edits import Commit, MemoryTree, Past, Tree
from infra_tool.errors import ToolMissingError, UsageError
from infra_tool.git.command import run
from infra_tool.git.history import History, complete
from infra_tool.git.objects import Objects
from infra_tool.git.partial import missing_fetcher
from infra_tool.git.past import read_past
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
    objects: Objects | None = None

    def log(self, paths: Iterable[str] = ()) -> Iterator[Commit]:
        """Iterate over the commits that touched `paths` (all when empty), newest first; paths are taken literally."""
        if self.revision is None:
            return
        limit = tuple(paths)
        self._complete(directories=bool(limit))
        yield from read_log(self.place, self.revision, limit)

    def past(self, paths: Iterable[str]) -> Iterator[Past]:
        """Iterate over the commits of the branch itself that changed `paths`, newest first; paths are literal."""
        if self.revision is not None:
            self._complete(directories=True)
            yield from read_past(self.place, self.revision, paths)

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of objects, read by one process."""
        objects = self.objects or Objects(self.place, missing_fetcher(self.place))
        wanted = list(blobs)
        objects.load(wanted)
        return {blob: objects.content(blob) for blob in wanted}

    def _complete(self, *, directories: bool) -> None:
        if self.deepen:
            self.deepen(directories)
        else:
            complete(self.place)


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


def commit_snapshot(place: Path) -> GitSnapshot:
    """Return the commit that HEAD names in the repo at `place`; raises UsageError when there is none."""
    tree = CommitTree(place, "HEAD")
    return GitSnapshot(tree, tree.revision, place)


def tip_snapshot(place: Path, revision: str | None, objects: Objects, deepen: History | None = None) -> GitSnapshot:
    """Return the commit that a branch ends with, read through `objects`; an empty tree for a branch without commits."""
    tree: Tree = MemoryTree({}) if revision is None else CommitTree(place, revision, objects)
    return GitSnapshot(tree, revision, place, deepen, objects)


def head(root: Path) -> str | None:
    """Return the commit that HEAD names; None in a repo without commits and outside of a repo."""
    try:
        return resolve(root, "HEAD")
    except (UsageError, ToolMissingError):
        return None
