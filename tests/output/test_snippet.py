"""The excerpt of a file: columns count code points, carets stand under what a terminal shows."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from infra_tool.output.snippet import BEFORE, WIDTH, Snippet, snippet, split


def test_a_span_is_underlined() -> None:
    assert snippet(["a: bcd"], 1, 4, 1, 7) == Snippet(1, "a: bcd", "   ^^^")


def test_a_place_without_an_end_gets_one_caret() -> None:
    assert snippet(["a: b"], 1, 4, None, None) == Snippet(1, "a: b", "   ^")
    assert snippet(["a:"], 1, 9, None, None) == Snippet(1, "a:", "  ^")


def test_what_goes_on_below_is_underlined_to_the_end_of_the_line() -> None:
    assert snippet(["a: |", "  b"], 1, 4, 2, 4) == Snippet(1, "a: |", "   ^")
    assert snippet(["a: [b,", "  c]"], 1, 4, 2, 5) == Snippet(1, "a: [b,", "   ^^^")


def test_tabs_end_at_stops() -> None:
    assert snippet(["a:\tb"], 1, 4, 1, 5) == Snippet(1, "a:  b", "    ^")


def test_wide_and_combining_characters_keep_the_carets_in_place() -> None:
    assert snippet(["猫: x"], 1, 4, 1, 5) == Snippet(1, "猫: x", "    ^")
    assert snippet(["e\u0301: x"], 1, 5, 1, 6) == Snippet(1, "e\u0301: x", "   ^")


def test_a_byte_order_mark_has_no_column_and_every_line_break_counts() -> None:
    assert split(b"\xef\xbb\xbfa\r\nb\rc\nd") == ["a", "b", "c", "d"]


def test_a_long_line_is_shown_around_the_place() -> None:
    found = snippet(["x" * 500 + "HERE" + "y" * 500], 1, 501, 1, 505)
    assert found is not None
    assert found.text == "…" + "x" * BEFORE + "HERE" + "y" * (WIDTH - BEFORE - 4) + "…"
    assert found.carets == " " * (BEFORE + 1) + "^^^^"


@given(st.text(st.characters(exclude_characters="\r\n"), max_size=300), st.integers(1, 320), st.integers(0, 320))
def test_any_line_can_be_shown(text: str, column: int, length: int) -> None:
    found = snippet([text], 1, column, 1, column + length)
    assert found is not None
    assert set(found.carets.lstrip(" ")) == {"^"}
    assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in found.text)


@given(st.text("abcdefghijkl 猫ü", min_size=1, max_size=300), st.data())
def test_the_carets_stand_under_the_place(text: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(1, len(text)))
    text = f"{text[: column - 1]}#{text[column:]}"
    found = snippet([text], 1, column, 1, column + 1)
    assert found is not None
    before = found.text.partition("#")[0]
    width = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in before)
    assert found.carets == " " * width + "^"
