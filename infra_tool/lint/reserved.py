"""Codes of rules that are still to come: a comment or a configuration may name them already."""

RANGES = {
    "T": ((1, 27),),
    "K": ((1, 17), (101, 104), (201, 204)),
    "S": ((1, 25),),
    "I": ((1, 16),),
    "F": ((1, 29),),
    "R": ((1, 23),),
    "W": ((1, 23),),
    "Y": ((1, 12),),
    "G": ((1, 9),),
    "X": ((1, 6),),
}
"""First and last number of the codes of each family, which never change their meaning."""

CODES = frozenset(
    f"{family}{number:03}"
    for family, ranges in RANGES.items()
    for first, last in ranges
    for number in range(first, last + 1)
)


def is_reserved(word: str) -> bool:
    """Tell whether a word is such a code, or the beginning of one."""
    return bool(word) and any(code.startswith(word) for code in CODES)
