"""What is seen of a commit at a moment, and waiting for the end of it."""

import time
from collections.abc import Callable, Iterable
from itertools import chain, repeat
from typing import Literal, NamedTuple

from infra_tool.errors import InfraToolError

State = Literal["applied", "failed", "pending"]

PATIENCE = 5
"""How many looks in a row may fail: a server may be busy for a moment."""

PAUSES = (1.0, 2.0, 5.0)
"""Seconds between two looks; the last one from then on."""


class Seen(NamedTuple):
    """How far a commit is, and in which words that was told."""

    state: State
    about: str


Ask = Callable[[], Seen]


def until(ask: Ask, commit: str, deadline: float, *, pause: Callable[[float], object] = time.sleep) -> str:
    """Ask until a commit that was pushed is applied, and return the words of that.

    Raises InfraToolError when Flux could not apply it, nobody can tell, or `deadline` seconds have passed.
    """
    end = time.monotonic() + deadline
    look = _patient(ask, commit)
    for length in chain(PAUSES, repeat(PAUSES[-1])):
        seen = look()
        if seen.state == "applied":
            return seen.about
        if seen.state == "failed":
            hint = "infra-tool rollback takes a service back to what ran before"
            raise InfraToolError(f"{commit} is pushed, and Flux cannot apply it: {seen.about}", hint=hint)
        left = end - time.monotonic()
        if left <= 0:
            hint = "Flux goes on by itself; a longer --deadline waits longer"
            raise InfraToolError(f"{commit} is pushed, and not applied after {deadline:.0f} s: {seen.about}", hint=hint)
        pause(min(left, length))
    raise AssertionError


def _patient(ask: Ask, commit: str) -> Ask:
    """Return what asks, and takes no answer for none until that happens too often."""
    failures = 0

    def look() -> Seen:
        nonlocal failures
        try:
            seen = ask()
        except InfraToolError as error:
            failures += 1
            if failures == PATIENCE:
                message = f"{commit} is pushed, and what becomes of it cannot be told: {error.message}"
                raise InfraToolError(message, hint=error.hint) from error
            return Seen("pending", error.message)
        failures = 0
        return seen

    return look


def together(parts: Iterable[tuple[str, Seen]]) -> Seen:
    """Return what several Flux Kustomizations come to: one that failed, else one that is not done, else all."""
    found = dict(parts)
    for state in ("failed", "pending"):
        for name, seen in found.items():
            if seen.state == state:
                return Seen(seen.state, f"{name}: {seen.about}")
    return Seen("applied", ", ".join(found))
