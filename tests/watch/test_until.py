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
    assert until(lambda: next(seen), "0a1b", 60, pause=pauses.append) == "applied in words"
    assert pauses == [1, 2, 5, 5]


def test_what_failed_is_an_error() -> None:
    seen = looks("pending", "failed")
    with pytest.raises(InfraToolError, match="0a1b is pushed, and Flux cannot apply it: failed in words"):
        until(lambda: next(seen), "0a1b", 60, pause=lambda _: None)


def test_a_deadline_is_an_error_that_tells_how_far_it_was() -> None:
    with pytest.raises(InfraToolError, match="not applied after 0 s: pending in words"):
        until(lambda: Seen("pending", "pending in words"), "0a1b", 0)


def test_a_server_that_is_busy_for_a_moment_is_asked_again() -> None:
    answers = iter([InfraToolError("busy"), InfraToolError("busy"), Seen("applied", "done")])

    def ask() -> Seen:
        answer = next(answers)
        if isinstance(answer, InfraToolError):
            raise answer
        return answer

    assert until(ask, "0a1b", 60, pause=lambda _: None) == "done"


def test_one_that_never_answers_is_an_error_that_tells_of_the_push() -> None:
    def ask() -> Seen:
        raise InfraToolError("kubectl is not installed", hint="install it")

    with pytest.raises(
        InfraToolError, match="0a1b is pushed, and what becomes of it cannot be told: kubectl"
    ) as caught:
        until(ask, "0a1b", 60, pause=lambda _: None)
    assert caught.value.hint == "install it"
