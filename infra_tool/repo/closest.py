"""Find the word that was meant."""

from collections.abc import Iterable

CUTOFF = 0.7
"""How alike two words must be; below, a suggestion confuses more than it helps."""


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `word` is most likely a misspelling of, None when none is close."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only for what is wrong

    by_case = {name.casefold(): name for name in sorted(candidates, reverse=True)}
    if found := by_case.get(word.casefold()):
        return found
    matches = get_close_matches(word.casefold(), by_case, n=1, cutoff=CUTOFF)
    return by_case[matches[0]] if matches else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return `did you mean X?` for a hint, None when nothing is close."""
    found = closest(word, candidates)
    return f"did you mean {found}?" if found else None
