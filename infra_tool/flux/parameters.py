"""What Flux can do with the value of a variable: `${A^^}`, `${A:0:3}`, `${A#prefix}`, `${A/old/new}`."""

import re
from collections.abc import Callable, Sequence

NUMBER = re.compile(r"[+-]?[0-9]+")
Operation = Callable[[str, Sequence[str]], str]


def apply(operator: str, value: str, arguments: Sequence[str]) -> str:
    """Return a value after what an operator does to it; one that is not known does nothing."""
    operation = OPERATIONS.get(operator)
    return operation(value, arguments) if operation is not None else value


def _part(value: str, arguments: Sequence[str]) -> str:
    """Return a part of a value, counted in bytes; a number that is none changes nothing."""
    if not all(NUMBER.fullmatch(argument) for argument in arguments):
        return value
    data = value.encode()
    start, *length = (int(argument) for argument in arguments)
    start = max(start + len(data), 0) if start < 0 else start
    end = start + length[0] if length else len(data)
    return data[start:end].decode(errors="replace")


def _replace(value: str, arguments: Sequence[str], count: int) -> str:
    old, new = (*arguments, "")[:2]
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
    pattern = _glob(arguments[0])
    if pattern is None:
        return value
    lengths = range(len(value), 0, -1) if longest else range(1, len(value) + 1)
    return next((value[length:] for length in lengths if pattern.fullmatch(value, 0, length)), value)


def _without_suffix(value: str, arguments: Sequence[str], *, longest: bool) -> str:
    """Return a value without an end that matches: Flux turns both around, the pattern by characters too."""
    return _without_prefix(value[::-1], (arguments[0][::-1],), longest=longest)[::-1]


def _glob(pattern: str) -> re.Pattern[str] | None:
    """Return the expression for a pattern with `*`, `?`, `[a-z]` and backslashes; None for one that is broken."""
    parts = list[str]()
    place = 0
    for match in re.finditer(r"\*|\?|\[\^?(?:\\.|[^]\\])+\]|\\(.)|[^*?\[\\]", pattern, re.DOTALL):
        if match.start() != place:
            return None
        place = match.end()
        parts.append(_expression(match))
    return re.compile("".join(parts), re.DOTALL) if place == len(pattern) else None


def _expression(match: re.Match[str]) -> str:
    text = match[0]
    if text in "*?":
        return ".*" if text == "*" else "."
    return text if text.startswith("[") else re.escape(match[1] or text)


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
