"""What an untagged plain scalar means to Go's YAML readers.

Facts: go.yaml.in/yaml/v2 2.4.2 and v3 3.0.4 (resolve.go), as used by sigs.k8s.io/yaml 1.5, kustomize 5.8.1 and sops
3.13.
"""

import math
import re

WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
OLD_WORDS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}
"""The booleans that only YAML 1.1 has."""

SPECIAL_START = frozenset("+-0123456789.~yYnNtTfFoO")
"""What does not start with one of these is a string in every dialect."""

INTEGER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
LOOSE_UNDERSCORE = re.compile(r"(?<![0-9])_|_(?![0-9])")
BASES = {"x": 16, "o": 8, "b": 2}
INTEGERS = range(-(2**63), 2**64)
"""What a Go integer holds; beyond, a number is read as a float."""


def number(text: str) -> int | float | None:
    """Return the number that a plain scalar stands for, which starts with a digit, sign or point; None for a string."""
    if text.startswith("."):
        # Only here strconv.ParseFloat sees the underscores, and takes them between digits alone.
        return None if LOOSE_UNDERSCORE.search(text) else _float(text.replace("_", ""))
    digits = text.replace("_", "")
    match = INTEGER.fullmatch(digits)
    if match:
        value = _integer(match[1], match[2])
        if value in INTEGERS:
            return value
    return _float(digits)


def _integer(sign: str, digits: str) -> int:
    base = BASES.get(digits[1:2].lower())
    value = int(digits[2:], base) if base else int(digits, 8 if digits.startswith("0") else 10)
    return -value if sign == "-" else value


def _float(digits: str) -> float | None:
    if not FLOAT.fullmatch(digits):
        return None
    value = float(digits)
    return None if math.isinf(value) else value
