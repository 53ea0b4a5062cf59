"""Waiting for a commit to be applied."""

from collections.abc import Iterator

import pytest

from infra_tool.errors import InfraToolError
from infra_tool.watch import Seen, until


def looks(*states: str) -> Iterator[Seen]:
    for state in states:
        yield Seen(state, f"{state} in words")  # type: ignore[arg-type]


def test_it_waits_longer_and_longer() -> None:
    seen, pauses = looks("pending", "pending", "pending", "pending", "applied"), list[float]()
    assert until(lambda: next(seen), 60, pause=pauses.append) == "applied in words"
    assert pauses == [1, 2, 5, 5]


def test_what_failed_is_an_error() -> None:
    seen = looks("pending", "failed")
    with pytest.raises(InfraToolError, match="Flux cannot apply it: failed in words"):
        until(lambda: next(seen), 60, pause=lambda _: None)


def test_a_deadline_is_an_error_that_tells_how_far_it_was() -> None:
    with pytest.raises(InfraToolError, match="not applied after 0 s: pending in words"):
        until(lambda: Seen("pending", "pending in words"), 0)
