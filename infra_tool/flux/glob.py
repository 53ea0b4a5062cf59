"""The patterns of `${A#prefix*}` and the like, as Go has them: `*`, `?`, `[a-z]`, `[^a-z]` and backslashes."""

from collections.abc import Iterator
from typing import NamedTuple


class _One(NamedTuple):
    """Stands for one character: in one of the ranges, or in none of them."""

    ranges: tuple[tuple[str, str], ...]
    is_negated: bool = False

    def fits(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) != self.is_negated


ANY = _One((), is_negated=True)
STAR = None

Token = _One | None


class BadPatternError(ValueError):
    """A pattern that is broken; it matches nothing."""


def beginnings(pattern: str, value: str) -> Iterator[int]:
    """Yield the lengths, from the shortest, of the beginnings of a value that match; an empty one is none.

    All are found on one way through the value: a bit for each place in the pattern that what was read may have reached.
    Raises BadPatternError.
    """
    tokens = _tokens(pattern)
    stars = sum(1 << place for place, token in enumerate(tokens) if token is STAR)
    end = 1 << len(tokens)
    fitting: dict[str, int] = {}
    reached = 1 | (1 & stars) << 1
    for length, character in enumerate(value, 1):
        if character not in fitting:
            fitting[character] = sum(
                1 << place for place, token in enumerate(tokens) if token is not STAR and token.fits(character)
            )
        reached = (reached & fitting[character]) << 1 | reached & stars
        reached |= (reached & stars) << 1
        if not reached:
            return
        if reached & end:
            yield length


def _tokens(pattern: str) -> list[Token]:
    """Return the parts of a pattern; stars in a row are one."""
    found = list[Token]()
    place = 0
    while place < len(pattern):
        token, place = _token(pattern, place)
        if token is not STAR or found[-1:] != [STAR]:
            found.append(token)
    return found


def _token(pattern: str, place: int) -> tuple[Token, int]:
    here = pattern[place]
    if here == "[":
        return _set(pattern, place + 1)
    if here in "*?":
        return (STAR if here == "*" else ANY), place + 1
    character, place = _character(pattern, place)
    return _One(((character, character),)), place


def _set(pattern: str, place: int) -> tuple[_One, int]:
    """Return what stands between brackets, and where it ends."""
    is_negated = pattern.startswith("^", place)
    place += is_negated
    ranges = list[tuple[str, str]]()
    while not ranges or not pattern.startswith("]", place):
        low, place = _member(pattern, place)
        high = low
        if pattern.startswith("-", place):
            high, place = _member(pattern, place + 1)
        ranges.append((low, high))
    return _One(tuple(ranges), is_negated), place + 1


def _member(pattern: str, place: int) -> tuple[str, int]:
    if pattern[place : place + 1] in ("-", "]"):
        raise BadPatternError
    return _character(pattern, place)


def _character(pattern: str, place: int) -> tuple[str, int]:
    """Return a character, with a backslash before it or without, and where it ends."""
    place += pattern.startswith("\\", place)
    if place >= len(pattern):
        raise BadPatternError
    return pattern[place], place + 1
