"""The unit of edit: replace a span of a file's bytes by other bytes."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of byte offsets in a file."""

    start: int
    end: int


class Splice(NamedTuple):
    """Replace the bytes of `span` by `text`; an empty span inserts."""

    span: Span
    text: bytes


def apply(data: bytes, splices: Iterable[Splice]) -> bytes:
    """Return `data` with every splice applied; insertions at one offset keep their order.

    Raises ValueError when two splices overlap or one lies outside of `data`.
    """
    pieces: list[bytes] = []
    position = 0
    for (start, end), text in sorted(splices, key=lambda splice: splice.span):
        if start < position or end < start or end > len(data):
            message = f"splice {start}:{end} overlaps another one or lies outside of the file"
            raise ValueError(message)
        pieces += (data[position:start], text)
        position = end
    pieces.append(data[position:])
    return b"".join(pieces)
