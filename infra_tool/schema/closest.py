"""Find the word that was meant."""

from collections.abc import Iterable


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `word` is most likely a misspelling of, or None."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only for what is wrong

    known = sorted(candidates)
    by_case = {name.casefold(): name for name in reversed(known)}
    if found := by_case.get(word.casefold()):
        return found
    matches = get_close_matches(word.casefold(), by_case, n=1, cutoff=0.75)
    return by_case[matches[0]] if matches else None
