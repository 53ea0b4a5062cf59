"""One thing that is set on the server: what it is, how it stands, and the calls that make it so."""

from dataclasses import dataclass, field
from typing import Literal

from infra_tool.gitea.client import Client

Action = Literal["create", "update", "write", "keep", "open"]
"""`write`: set again, since Gitea shows no secret to compare with; `keep`: it is as wanted already; `open`: what only a
person can do, or what lacks a value."""


@dataclass(frozen=True)
class Call:
    """A call of the API; the body may hold a secret, and is not shown."""

    method: str
    path: tuple[str, ...]
    body: object = field(default=None, repr=False)

    def send(self, client: Client) -> None:
        """Make it."""
        client.send(self.method, self.path, self.body)


@dataclass(frozen=True)
class Step:
    """What becomes of one thing; `detail` says more about it, and what to do where it is `open`."""

    kind: str
    name: str
    action: Action
    detail: str = ""
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True)
class Repo:
    """A repo on the server."""

    owner: str
    name: str

    def path(self, *below: str) -> tuple[str, ...]:
        """Return the path of something of it."""
        return ("repos", self.owner, self.name, *below)
