"""What Flux can do with the value of a variable: `${A^^}`, `${A:0:3}`, `${A#prefix}`, `${A/old/new}`."""

import re
from collections.abc import Callable, Sequence

from infra_tool.flux import glob

NUMBER = re.compile(r"([+-]?)0*([0-9]{1,19})")
INT64 = 2**63
LARGEST = 2**24
"""No object is larger in a cluster: replacements inside of replacements would grow without end."""

Operation = Callable[[str, Sequence[str]], str]


def apply(operator: str, value: str, arguments: Sequence[str]) -> str:
    """Return a value after what an operator does to it; one that is not known does nothing.

    Raises OverflowError for a result that no cluster would take.
    """
    operation = OPERATIONS.get(operator)
    return operation(value, arguments) if operation is not None else value


def _part(value: str, arguments: Sequence[str]) -> str:
    """Return a part of a value, counted in bytes; a number that is none, or too large for one, changes nothing."""
    found = [NUMBER.fullmatch(argument) for argument in arguments]
    start, *length = (int(match[1] + match[2]) if match is not None else INT64 for match in found)
    if not all(-INT64 <= number < INT64 for number in (start, *length)):
        return value
    data = value.encode()
    start = max(start + len(data), 0) if start < 0 else start
    end = start + length[0] if length else len(data)
    return data[start:end].decode(errors="replace")


def _replace(value: str, arguments: Sequence[str], count: int) -> str:
    old, new = (*arguments, "")[:2]
    if value.count(old) * len(new) > LARGEST:
        raise OverflowError
    return value.replace(old, new, count)


def _replace_prefix(value: str, arguments: Sequence[str]) -> str:
    if len(arguments) != 2 or not value.startswith(arguments[0]):  # noqa: PLR2004 -- what and by what
        return value
    return arguments[1] + value.removeprefix(arguments[0])


def _replace_suffix(value: str, arguments: Sequence[str]) -> str:
    if len(arguments) != 2 or not value.endswith(arguments[0]):  # noqa: PLR2004 -- as above
        return value
    return value.removesuffix(arguments[0]) + arguments[1]


def _without_prefix(value: str, arguments: Sequence[str], *, longest: bool) -> str:
    """Return a value without the longest or shortest beginning that matches; an empty beginning is none."""
    try:
        lengths = list(glob.beginnings(arguments[0], value))
    except glob.BadPatternError:
        return value
    return value[lengths[-1 if longest else 0] :] if lengths else value


def _without_suffix(value: str, arguments: Sequence[str], *, longest: bool) -> str:
    """Return a value without an end that matches: Flux turns both around, the pattern by characters too."""
    return _without_prefix(value[::-1], (arguments[0][::-1],), longest=longest)[::-1]


OPERATIONS: dict[str, Operation] = {
    "length": lambda value, _: str(len(value.encode())),
    ",": lambda value, _: value[:1].lower() + value[1:],
    ",,": lambda value, _: value.lower(),
    "^": lambda value, _: value[:1].upper() + value[1:],
    "^^": lambda value, _: value.upper(),
    ":": _part,
    "#": lambda value, arguments: _without_prefix(value, arguments, longest=False),
    "##": lambda value, arguments: _without_prefix(value, arguments, longest=True),
    "%": lambda value, arguments: _without_suffix(value, arguments, longest=False),
    "%%": lambda value, arguments: _without_suffix(value, arguments, longest=True),
    "/": lambda value, arguments: _replace(value, arguments, 1),
    "//": lambda value, arguments: _replace(value, arguments, -1),
    "/#": _replace_prefix,
    "/%": _replace_suffix,
}
