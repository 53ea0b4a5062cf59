"""The tree of the git index: what the next commit will hold."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, cast

from infra_tool.edits import Entry, Listing, Mode
from infra_tool.git.command import records, run
from infra_tool.git.environment import INDEX, environment
from infra_tool.git.objects import Objects, ObjectTree
from infra_tool.git.partial import missing_fetcher

EMPTY_BLOBS = {
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
}
"""The object id of an empty file in SHA-1 and SHA-256 repos, which `git add --intent-to-add` enters."""

INTENT_TO_ADD = 1 << 29
"""The bit of an index entry's flags, as in gitformat-index(5); git-commit(1) leaves such entries out."""

FLAGS = re.compile(r"\tflags: ([0-9a-f]+)\n")
"""The end of what `git ls-files --debug` says of an entry; the path of the next one follows."""


class _State(NamedTuple):
    entries: Listing
    unmerged: tuple[str, ...]


class IndexTree(ObjectTree):
    """The files of the index, or of the other index that `git commit -a` and `git commit PATH` hand to hooks.

    Sizes are not known before a file is read. A file that is only intended to be added is not part of the next commit.
    """

    def __init__(self, root: Path) -> None:
        """Look at the index of the repo at `root`, which may be a directory inside of the work tree."""
        super().__init__(Objects(root, missing_fetcher(root)))
        self._root = root

    @property
    def entries(self) -> Mapping[str, Entry]:  # type: ignore[override]  # read-only here
        """Every merged file by its path below the root, sorted by path."""
        return self._state.entries

    @property
    def unmerged(self) -> tuple[str, ...]:
        """The paths with a conflict, which `entries` leaves out; git commits nothing while there are any."""
        return self._state.unmerged

    @cached_property
    def _state(self) -> _State:
        entries: list[Entry] = []
        unmerged: dict[str, None] = {}
        for record in self._list("--stage"):
            facts, _, path = record.partition("\t")
            mode, blob, stage = facts.split(" ")
            if stage == "0":
                entries.append(Entry(path, cast("Mode", mode), blob))
            else:
                unmerged[path] = None
        intended = self._intended(entry.path for entry in entries if entry.blob in EMPTY_BLOBS)
        return _State(Listing.of(entry for entry in entries if entry.path not in intended), tuple(unmerged))

    def _intended(self, empty: Iterable[str]) -> set[str]:
        """Return those of the `empty` files that are only intended to be added."""
        paths = list(empty)
        if not paths:
            return set()
        found: set[str] = set()
        path = ""
        for part in self._list("--debug", "--", *paths, literal=True):
            details, following = FLAGS.search(part), part
            if details:
                found.update({path} if int(details[1], 16) & INTENT_TO_ADD else ())
                following = part[details.end() :]
            path = following
        return found

    def _list(self, *options: str, literal: bool = False) -> list[str]:
        pathspecs = ("--literal-pathspecs",) if literal else ()
        output = run((*pathspecs, "ls-files", "-z", *options), cwd=self._root, env=environment(INDEX)).stdout
        return records(output + b"\0" if literal else output)
