"""Whether this version of infra-tool may work on a repo: the specifier under `requires`."""

import re

from infra_tool.errors import UsageError

CLAUSE = re.compile(r"(>=|<=|==|!=|~=|>|<)\s*([0-9]+(?:\.[0-9]+)*)(\.\*)?")
VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")
FORM = 'versions to work with, such as ">=0.1,<1"'

Release = tuple[int, ...]


def allows(specifier: str, installed: str) -> bool:
    """Tell whether a specifier such as `>=0.1,<1` holds for a version.

    The comparisons are PEP 440's on release numbers; what follows them (`.dev1`, `rc1`, `+local`) does not count: a
    development version may work where its release may. Raises UsageError for what is no specifier.
    """
    match = VERSION.match(installed)
    release = _release(match[0]) if match else ()
    held = [_holds(clause.strip(), release, specifier) for clause in specifier.split(",")]
    return all(held)


def _holds(clause: str, installed: Release, specifier: str) -> bool:
    match = CLAUSE.fullmatch(clause)
    if match is None or (match[3] and match[1] not in ("==", "!=")):
        raise UsageError(f"requires: {specifier!r} is no version specifier", hint=FORM)
    operator, wanted = match[1], _release(match[2])
    if match[3]:
        is_same = _padded(installed, wanted)[0][: len(wanted)] == wanted
        return is_same if operator == "==" else not is_same
    if operator == "~=":
        return _is_compatible(installed, wanted, specifier)
    one, other = _padded(installed, wanted)
    return _compare(operator, one, other)


def _compare(operator: str, one: Release, other: Release) -> bool:
    return {
        ">=": one >= other,
        "<=": one <= other,
        "==": one == other,
        "!=": one != other,
        ">": one > other,
        "<": one < other,
    }[operator]


def _is_compatible(installed: Release, wanted: Release, specifier: str) -> bool:
    if len(wanted) < 2:  # noqa: PLR2004 -- PEP 440: ~=1 has nothing that could vary
        raise UsageError(f"requires: {specifier!r} is no version specifier", hint="~= needs two numbers, such as ~=0.1")
    one, other = _padded(installed, wanted)
    return one >= other and one[: len(wanted) - 1] == wanted[:-1]


def _release(text: str) -> Release:
    return tuple(int(part) for part in text.split("."))


def _padded(one: Release, other: Release) -> tuple[Release, Release]:
    length = max(len(one), len(other))
    return one + (0,) * (length - len(one)), other + (0,) * (length - len(other))
