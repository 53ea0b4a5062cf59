"""What the doctor says about one thing, and what it looks at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.repo import Config

State = Literal["ok", "warn", "fail", "unchecked"]
"""`warn`: it works, and something is not as it should be; `unchecked`: it could not be looked at."""

PATIENCE = 10
"""Seconds for a server to answer."""


@dataclass(frozen=True)
class Line:
    """How one thing stands; `fix` is the command that mends it, or what to do."""

    state: State
    message: str
    fix: str | None = None


@dataclass(frozen=True, kw_only=True)
class Here:
    """What is at hand: environment and home, the infra repo one stands in, None for none, and its configuration.

    `problem` is why the repo cannot be read, and `tree` and `config` then are those of an empty one. `url` is the
    address of Gitea's pages where the remote does not tell. `offline`: no server is asked.
    """

    environ: Mapping[str, str] = field(repr=False)
    home: Path
    root: Path | None
    tree: Tree
    config: Config
    problem: InfraToolError | None = None
    url: str | None = None
    offline: bool = False


class Check(Protocol):
    """A module that looks at one thing: its name, and what it yields, also for what it could not look at."""

    NAME: str

    def check(self, here: Here) -> Iterator[Line]:
        """Look; nothing is said of a repo where there is none. An InfraToolError is told as a line that fails."""
        ...


OFFLINE = Line("unchecked", "no server is asked (--offline)")
