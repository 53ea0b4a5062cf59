"""A plan: what a writing command would do to a snapshot, before anything is touched."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from infra_tool.edits.edits import Edits
from infra_tool.edits.tree import Tree

R = TypeVar("R")


class Commit(NamedTuple):
    """One commit of a repo's history: full object id, author time in seconds since the epoch, whole message."""

    sha: str
    time: int
    author: str
    message: str


class Past(NamedTuple):
    """What a commit did to some files: the object that each became by its path, None where it was removed."""

    commit: Commit
    blobs: Mapping[str, str | None]


class Snapshot(Protocol):
    """A tree with its past. `revision` is the commit it was taken at, None in a repo without commits."""

    @property
    def tree(self) -> Tree:
        """The files."""
        ...

    @property
    def revision(self) -> str | None:
        """The commit."""
        ...

    def log(self, paths: Iterable[str] = ()) -> Iterator[Commit]:
        """Iterate over the commits that touched `paths` (all when empty), newest first."""
        ...

    def past(self, paths: Iterable[str]) -> Iterator[Past]:
        """Iterate over the commits of the branch itself that changed `paths`, newest first."""
        ...

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of objects that the past named, fetched together where a fetch is needed."""
        ...


@dataclass(frozen=True)
class Plan(Generic[R]):
    """Edits with the message of their commit, and what to tell the caller."""

    edits: Edits
    message: str
    result: R


Change = Callable[[Snapshot], Plan[R]]
"""Deterministic: clock, random values, rendered templates and ciphertext are made once, before, and captured."""
