"""Three versions of a file into one, when the changes of both sides lie apart."""

from typing import NamedTuple


class _Hunk(NamedTuple):
    """Lines of the base that a side replaced, and what by."""

    start: int
    end: int
    lines: tuple[bytes, ...]


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return `base` with the changes of both sides; None when they meet or touch.

    A change that both sides made in the same way counts once.
    """
    lines = _lines(base)
    hunks = sorted({*_hunks(lines, _lines(ours)), *_hunks(lines, _lines(theirs))})
    merged: list[bytes] = []
    position = 0
    touched = -1
    for hunk in hunks:
        if hunk.start <= touched:
            return None
        merged += (*lines[position : hunk.start], *hunk.lines)
        position = touched = hunk.end
    return b"".join((*merged, *lines[position:]))


def _hunks(old: list[bytes], new: list[bytes]) -> list[_Hunk]:
    # Only a file with local changes is ever merged.
    from difflib import SequenceMatcher  # noqa: PLC0415

    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [_Hunk(start, end, tuple(new[from_:to])) for kind, start, end, from_, to in codes if kind != "equal"]


def _lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop().removesuffix(b"\n")
    return [*lines, last] if last else lines
