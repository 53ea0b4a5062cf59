"""The change of a field as lines."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra_tool.diff.lines import MOST, told
from infra_tool.diff.plain import Place
from infra_tool.diff.shown import Field

TEXTS = st.lists(st.sampled_from("ab"), min_size=2, max_size=8)


def rest(old: list[str], new: list[str]) -> list[str]:
    before, after = ("\n".join((*lines, "")) for lines in (old, new))
    return list(told(Field("replace", "a", before, after, Place("a", 1), is_hidden=False)).rest)


@pytest.mark.parametrize("place", [0, 2000, 4000])
def test_many_lines_that_repeat_are_compared_at_once(place: int) -> None:
    old = ["a: 1"] * 4000
    start = time.process_time()
    found = rest(old, [*old[:place], "b: 2", *old[place:]])
    assert time.process_time() - start < 0.3
    assert "+ b: 2" in found
    assert len(found) <= 3


def test_of_too_many_lines_only_the_number_is_told() -> None:
    old = [f"a{index % 2}" for index in range(MOST + 1)]
    assert rest(["x", *old, "y"], ["x", *(f"b{line}" for line in old), "y"]) == [f"  {MOST + 1} lines changed"]


@given(old=TEXTS, new=TEXTS)
def test_the_lines_tell_how_many_go_and_come(old: list[str], new: list[str]) -> None:
    found = rest(old, new) if old != new else []
    gone, come = (sum(line[0] == sign for line in found) for sign in "-+")
    assert len(old) - gone + come == len(new)
    assert bool(found) is (old != new)
