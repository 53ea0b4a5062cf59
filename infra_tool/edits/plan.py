"""A plan: what a writing command would do to a snapshot, before anything is touched."""

from collections.abc import Callable, Iterable, Iterator
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


@dataclass(frozen=True)
class Plan(Generic[R]):
    """Edits with the message of their commit, and what to tell the caller."""

    edits: Edits
    message: str
    result: R


Change = Callable[[Snapshot], Plan[R]]
"""Deterministic: clock, random values, rendered templates and ciphertext are made once, before, and captured."""
