"""What of a value, or of the name of a field, may be a secret: that is not told."""

import re
from collections.abc import Iterator
from itertools import pairwise

from infra_tool.diff.fields import Item, Path, Plain
from infra_tool.output.private import is_private_line

HIDDEN = "(hidden)"
SECRET = "Secret"  # noqa: S105 -- a kind
VALUES = ("data", "stringData")
VALUE = "value"
NAMES = ("name", "key")
"""What says, beside a `value`, what that is."""

CIPHERTEXT = "ENC["
CREDENTIALS = re.compile(
    r"://[^/\s:]*:[^/\s@]+@|(?i:AGE-SECRET-KEY-|AGE-PLUGIN-)|PRIVATE KEY|client-key-data|LS0tLS1CRUdJTi(?!BDRVJU)"
    r"|\bgh[pousr]_\w{10,}|\bgithub_pat_\w{10,}|\bglpat-[\w-]{10,}|\b(AKIA|ASIA)[0-9A-Z]{12,}|\bxox[abprs]-[\w-]{10,}"
    r"|\bsk_live_\w{10,}|\bAIza[\w-]{30,}|\bnpm_\w{30,}|\bdckr_pat_[\w-]{10,}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}"
)
"""What is a credential whatever it is called; in base64 all that begins as PEM does, besides certificates."""

REFERENCE = re.compile(
    r"[\w.-]+|([a-z][a-z0-9+.-]*://)?([\w.-]+(:\d+)?)?(/[\w.-]*)+(:[\w.-]+)?(@sha256:[0-9a-f]+)?", re.ASCII
)
"""A word, a path, an address or an image: what has `token` in it is called so, and tells none."""

ASSIGNED = re.compile(r"=|:\s")


def name(text: str) -> str:
    """Return a step of a name, unless it holds a credential."""
    is_assigned = ASSIGNED.search(text) is not None and is_private_line(text)
    return HIDDEN if is_assigned or CREDENTIALS.search(text) else text


def names(value: Plain) -> Plain:
    """Return the names of items, without those that hold credentials."""
    if isinstance(value, list):
        return [names(item) for item in value]
    return name(value) if isinstance(value, str) else value


def is_secret(kind: str, path: Path) -> bool:
    """Tell whether a field of an object of a kind is a value of a Secret."""
    return kind == SECRET and path[0] in VALUES


def covered(value: Plain) -> Plain:
    """Return a value of which only the keys are told."""
    if isinstance(value, dict):
        return {name(key): covered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [covered(item) for item in value]
    return HIDDEN if value is not None else None


def is_named(path: Path, whole: Plain) -> bool:
    """Tell whether what is around a field of an object says that it is a credential."""
    return any(is_private_line(word) for word in _words(path, whole))


def _words(path: Path, whole: Plain) -> Iterator[str]:
    here: Plain = whole
    for step, after in pairwise((*path, "")):
        if isinstance(step, str):
            yield step
            here = here.get(step) if isinstance(here, dict) else None
            continue
        items = here if isinstance(here, list) else []
        index = step if isinstance(step, int) else _index(items, step)
        if isinstance(step, int) and 0 < index <= len(items) and _is_option(items[index - 1]):
            yield str(items[index - 1])
        here = items[index] if index < len(items) else None
        if after == VALUE:
            yield from _called(here)


def _index(items: list[Plain], step: Item) -> int:
    found = (index for index, item in enumerate(items) if isinstance(item, dict) and Item.of(step.keys, item) == step)
    return next(found, len(items))


def _called(item: Plain) -> Iterator[str]:
    return (str(item[key]) for key in NAMES if key in item) if isinstance(item, dict) else iter(())


def _is_option(value: Plain) -> bool:
    """Tell whether an argument says that the next one is a credential: `--password`."""
    return isinstance(value, str) and value.startswith("-") and "=" not in value and is_private_line(value)


def shown(value: Plain, *, named: bool) -> Plain:
    """Return a value without what may be a secret; `named`: what is around it says that it is one."""
    if isinstance(value, dict):
        called = any(map(is_private_line, _called(value)))
        return {
            name(key): shown(item, named=named or is_private_line(key) or (called and key == VALUE))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [shown(item, named=named or _is_option(above)) for above, item in pairwise((None, *value))]
    if isinstance(value, str):
        return HIDDEN if value and (named or _is_credential(value)) else _lines(value)
    return HIDDEN if named and value is not None and not isinstance(value, bool) else value


def _is_credential(text: str) -> bool:
    if text.startswith(CIPHERTEXT) or CREDENTIALS.search(text):
        return True
    return "\n" not in text and is_private_line(text) and REFERENCE.fullmatch(text) is None


def _lines(text: str) -> str:
    """Return a text without the lines that may hold one: by what they say, by the line above, or as a part of such."""
    if "\n" not in text:
        return text
    found, depth = list[str](), len(text)
    lines = text.splitlines(keepends=True)
    for above, line, below in zip(("", *lines), lines, (*lines[1:], ""), strict=False):
        here = _depth(line)
        if is_private_line(line, above) or here > depth or (f"{VALUE}:" in line and is_private_line(below)):
            found.append(f"{HIDDEN}\n")
            depth = min(depth, here) if here >= 0 and is_private_line(line) else depth
        else:
            found.append(line)
            depth = depth if here < 0 else len(text)
    return "".join(found)


def _depth(line: str) -> int:
    """Return how far a line is indented, -1 for an empty one; an item of a list belongs to what is above it."""
    inner = line.lstrip()
    return len(line) - len(inner) + inner.startswith("- ") if inner else -1
