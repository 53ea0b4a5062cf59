"""The tree of a commit, also in a bare or partial clone: nothing is checked out."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import cast

from infra_tool.edits import Entry, Listing, Mode
from infra_tool.errors import UsageError
from infra_tool.git.command import records, run
from infra_tool.git.objects import Objects, ObjectTree
from infra_tool.git.partial import missing_fetcher


class CommitTree(ObjectTree):
    """The files of a commit.

    In a directory inside of a work tree these are the files below that directory. Sizes are known except in a partial
    clone, where asking for them would fetch every file.
    """

    def __init__(self, place: Path, revision: str, objects: Objects | None = None) -> None:
        """Look at `revision` of the repo at `place`; raises UsageError when it names no commit."""
        super().__init__(objects or Objects(place, missing_fetcher(place)))
        self._place = place
        self.revision = resolve(place, revision)

    @cached_property
    def entries(self) -> Mapping[str, Entry]:  # type: ignore[override]  # read-only here
        """Every file by its path, sorted by path."""
        sizes = () if self._objects.is_partial else ("-l",)
        output = run(("ls-tree", "-r", "-z", *sizes, self.revision), cwd=self._place).stdout
        return Listing.of(_entry(record) for record in records(output))


def resolve(place: Path, revision: str) -> str:
    """Return the full id of the commit that `revision` names; raises UsageError when there is none."""
    found = run(("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"), cwd=place, ok=None)
    if found.status != 0:
        raise UsageError(f"{revision} is no commit of this repo")
    return found.stdout.decode().strip()


def is_commit(place: Path, name: str) -> bool:
    """Tell whether `name` is a commit of the repo at `place`."""
    command = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return run(command, cwd=place, ok=None).status == 0


def ends(place: Path, asked: str) -> tuple[str, str]:
    """Return the two commits of `A..B`, or of `A...B`: then the first is where B left A; HEAD where one is not named.

    Raises UsageError when there is no such commit, or the history that both share is not here.
    """
    one, dots, other = asked.partition("..." if "..." in asked else "..")
    old, new = resolve(place, one or "HEAD"), resolve(place, other or "HEAD")
    if dots == "..":
        return old, new
    shared = run(("merge-base", old, new), cwd=place, ok=(0, 1)).stdout.decode().strip()
    if not shared:
        raise UsageError(f"what {asked} share is not known here", hint="git fetch --unshallow")
    return shared, new


def _entry(record: str) -> Entry:
    """Return the entry for `mode type id[ size]<tab>path`."""
    facts, _, path = record.partition("\t")
    mode, _, blob, *size = facts.split()
    return Entry(path, cast("Mode", mode), blob, int(size[0]) if size and size[0] != "-" else None)
