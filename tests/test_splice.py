"""Splices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra_tool.splice import Span, Splice, apply


def test_splices_are_applied_in_the_order_of_places() -> None:
    splices = [Splice(Span(4, 6), b"X"), Splice(Span(0, 1), b""), Splice(Span(6, 6), b"+"), Splice(Span(6, 6), b"-")]
    assert apply(b"abcdefg", splices) == b"bcdX+-g"
    assert apply(b"abc", []) == b"abc"
    assert apply(b"", [Splice(Span(0, 0), b"x")]) == b"x"


def test_an_insertion_before_and_behind_what_is_replaced() -> None:
    splices = [Splice(Span(1, 2), b"B"), Splice(Span(1, 1), b"<"), Splice(Span(2, 2), b">")]
    assert apply(b"abc", splices) == b"a<B>c"


@pytest.mark.parametrize(
    "spans",
    [[(0, 4)], [(2, 1)], [(-1, 0)], [(0, 2), (1, 3)], [(0, 2), (1, 1)], [(1, 2), (1, 3)]],
)
def test_what_overlaps_or_lies_outside_is_a_bug(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="overlaps another one or lies outside"):
        apply(b"abc", [Splice(Span(*span), b"x") for span in spans])


@given(pieces=st.lists(st.tuples(st.binary(max_size=4), st.binary(max_size=4), st.binary(max_size=4)), max_size=6))
def test_every_other_byte_stays(pieces: list[tuple[bytes, bytes, bytes]]) -> None:
    """Each piece is what stays, what is replaced, and by what."""
    source, splices = b"", []
    for stays, old, new in pieces:
        start = len(source) + len(stays)
        splices.append(Splice(Span(start, start + len(old)), new))
        source += stays + old
    assert apply(source + b"end", splices) == b"".join(stays + new for stays, _, new in pieces) + b"end"
