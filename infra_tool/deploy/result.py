"""What became of the services of a bump."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from infra_tool.apps.hold import Hold

Action = Literal["deployed", "unchanged", "superseded", "held", "diverged", "unknown"]
REFUSALS: tuple[Action, ...] = ("held", "diverged", "unknown")


class Change(NamedTuple):
    """A place that names another version now: where, and the versions as they stand behind the image's name."""

    path: str
    line: int
    old: str
    new: str


@dataclass(frozen=True)
class Service:
    """What became of one service; `service` is the path of the file where a file was named instead.

    `superseded_by` is the version that stays, `held_by` who holds it; `warning` is for the person;
    `digest` is what the registry has for the image, where it was asked.
    """

    service: str
    action: Action
    changes: tuple[Change, ...] = ()
    superseded_by: str | None = None
    held_by: Hold | None = None
    warning: str | None = None
    digest: str | None = None

    @property
    def is_refused(self) -> bool:
        """Tell whether our own policy stands against it."""
        return self.action in REFUSALS


@dataclass(frozen=True)
class Bumped:
    """All services of a bump: one that is refused keeps all others from changing."""

    services: tuple[Service, ...]

    @property
    def refused(self) -> tuple[Service, ...]:
        """The services that were refused."""
        return tuple(service for service in self.services if service.is_refused)
