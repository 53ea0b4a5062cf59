"""Patterns match as they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra_tool.flux import glob

PATTERNS = st.lists(st.sampled_from(["*", "?", "a", "b", "[ab]", "[^a]", "[b-a]", "\\b", "[\\a-b]"])).map(tuple)
FITTING = {"?": "abc", "[ab]": "ab", "[^a]": "bc", "[b-a]": "", "\\b": "b", "[\\a-b]": "ab"}


def matches(pattern: tuple[str, ...], value: str) -> bool:
    """Tell whether a value matches, as slowly as it is plain."""
    if not pattern:
        return not value
    if pattern[0] == "*":
        return any(matches(pattern[1:], value[place:]) for place in range(len(value) + 1))
    return bool(value) and value[0] in FITTING.get(pattern[0], pattern[0]) and matches(pattern[1:], value[1:])


@given(PATTERNS.filter(lambda pattern: len(pattern) < 8), st.text("abc", max_size=8))
def test_the_beginnings_are_those_that_match(pattern: tuple[str, ...], value: str) -> None:
    wanted = [length for length in range(1, len(value) + 1) if matches(pattern, value[:length])]
    assert list(glob.beginnings("".join(pattern), value)) == wanted


@pytest.mark.parametrize("pattern", ["[", "[]", "[^", "[^]", "[a", "[a-", "[a-]", "[-a]", "[]a]", "[\\", "a\\"])
def test_a_broken_pattern_is_an_error(pattern: str) -> None:
    with pytest.raises(glob.BadPatternError):
        list(glob.beginnings(pattern, "a"))
