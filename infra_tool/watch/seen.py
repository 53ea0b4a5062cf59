"""What is seen of a commit at a moment, and waiting for the end of it."""

import time
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from infra_tool.errors import InfraToolError

State = Literal["applied", "failed", "pending"]

PAUSES = (1.0, 2.0, 5.0)
"""Seconds between two looks; the last one from then on."""


class Seen(NamedTuple):
    """How far a commit is, and in which words that was told."""

    state: State
    about: str


Ask = Callable[[], Seen]


def until(ask: Ask, deadline: float, *, pause: Callable[[float], object] = time.sleep) -> str:
    """Ask until a commit is applied, and return the words of that.

    Raises InfraToolError when Flux could not apply it, or `deadline` seconds have passed.
    """
    end = time.monotonic() + deadline
    looks = 0
    while (seen := ask()).state == "pending":
        left = end - time.monotonic()
        if left <= 0:
            raise InfraToolError(
                f"the commit is pushed, and not applied after {deadline:.0f} s: {seen.about}",
                hint="Flux goes on by itself; a longer --deadline waits longer",
            )
        pause(min(left, PAUSES[min(looks, len(PAUSES) - 1)]))
        looks += 1
    if seen.state == "failed":
        raise InfraToolError(
            f"the commit is pushed, and Flux cannot apply it: {seen.about}",
            hint="infra-tool rollback takes a service back to what ran before",
        )
    return seen.about


def together(parts: Iterable[tuple[str, Seen]]) -> Seen:
    """Return what several Flux Kustomizations come to: one that failed, else one that is not done, else all."""
    found = dict(parts)
    for state in ("failed", "pending"):
        for name, seen in found.items():
            if seen.state == state:
                return Seen(seen.state, f"{name}: {seen.about}")
    return Seen("applied", ", ".join(found))
