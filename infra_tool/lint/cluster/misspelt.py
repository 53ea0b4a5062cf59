"""Tell a misspelt name from another one."""

import re
from difflib import SequenceMatcher

CLOSE = 0.7
SHORTEST = 5
"""The length of a word from which on one letter more is more likely a mistake than another word."""
DIGITS = re.compile(r"\d+")


def is_misspelt(name: str, other: str) -> bool:
    """Tell whether a name is another one with a misspelt word; `ssd1` and `ssd2`, or `fast` and `faster`, are two."""
    words = [(one, two) for one, two in zip(name.split("-"), other.split("-"), strict=False) if one != two]
    if len(words) != 1 or name.count("-") != other.count("-"):
        return False
    one, two = (DIGITS.sub("", word) for word in words[0])
    if one.startswith(two) or two.startswith(one):
        return abs(len(one) - len(two)) == 1 and min(len(one), len(two)) >= SHORTEST
    return SequenceMatcher(None, one, two).ratio() >= CLOSE
