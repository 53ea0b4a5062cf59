"""Where a plan goes, and how it went."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

from infra_tool.edits import Edits
from infra_tool.git.ssh import Ssh

R = TypeVar("R")

Kind = Literal["worktree", "dry-run", "check", "commit", "push"]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What is to be done with a plan.

    `root` is the infra repo on disk; without it everything happens on `branch` of `remote`. With it, a push goes to the
    checkout's remote `origin`, and to `remote` only where there is none. `retries` counts new plans after someone else
    was faster, `deadline` is in seconds. `message` replaces the subject of the commit, `author` (`NAME <MAIL>`) its
    author. `replaces` names files whose local version is what the change was made from: it is not kept.
    """

    kind: Kind
    root: Path | None = None
    remote: str | None = None
    branch: str = "main"
    retries: int = 100
    deadline: float = 300
    message: str | None = None
    author: str | None = None
    ssh: Ssh | None = None
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome(Generic[R]):
    """How a delivery went: the plan's result and what was (or would be) changed.

    `commit` is the id of the new commit, None when there was nothing to do; `attempts` counts the plans made; `diff` is
    filled for a dry run; `hint` tells the person what is left to do.
    """

    result: R
    edits: Edits
    commit: str | None = None
    attempts: int = 1
    diff: str = ""
    hint: str | None = None
