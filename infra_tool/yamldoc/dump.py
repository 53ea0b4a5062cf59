"""Plain data as YAML source, in block style.

A small emitter of our own, not ruamel.yaml's: each string must go through `quoted` anyway, since ruamel leaves plain
what YAML 1.1 readers take for numbers and booleans (0123, 1_000, 12:30, yes), folds long lines, and takes long to
import. What is left to do is indentation. Tests read the output with libyaml, ruamel.yaml and kustomize.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias, Union

from infra_tool.yamldoc.quote import CONTROL, quoted

Data: TypeAlias = Union[str, int, float, bool, date, datetime, "Mapping[str, Data]", "Sequence[Data]", None]

NOT_BLOCK = re.compile(r"\A\s|[ \t]$", re.MULTILINE)


def dump(value: Data, *, indent: int = 2) -> str:
    """Return YAML source with a final line break: strings quoted for every reader, literal blocks for several lines.

    `indent` counts blanks for each level; lists are indented below their key. Mappings keep their order.
    """
    if isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) and value:
        return "\n".join(_collection(value, "", indent)) + "\n"
    return _inline(value, indent, 0) + "\n"


def _collection(value: "Mapping[str, Data] | Sequence[Data]", prefix: str, indent: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(f"{prefix}{quoted(key)}:", item, prefix + " " * indent, indent)
        return
    for item in value:
        if isinstance(item, (Mapping, Sequence)) and not isinstance(item, str) and item:
            first, *rest = _collection(item, f"{prefix}  ", indent)
            yield f"{prefix}- {first[len(prefix) + 2 :]}"
            yield from rest
        else:
            yield f"{prefix}- {_inline(item, indent, len(prefix))}"


def _entry(name: str, value: Data, prefix: str, indent: int) -> Iterator[str]:
    if isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) and value:
        yield name
        yield from _collection(value, prefix, indent)
    else:
        yield f"{name} {_inline(value, indent, len(prefix) - indent)}"


def _inline(value: Data, indent: int, column: int) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, str):
        return literal(value, " " * (column + indent)) if is_block(value) else quoted(value)
    if isinstance(value, Mapping):
        return "{}"
    return "[]" if isinstance(value, Sequence) else str(value)


def is_block(text: str) -> bool:
    """Say whether a text can stand in a literal block that every reader takes alike."""
    return "\n" in text.rstrip("\n") and not NOT_BLOCK.search(text) and not CONTROL.search(text.replace("\n", ""))


def literal(text: str, prefix: str) -> str:
    """Return a literal block without its final line break, each line behind `prefix`; see is_block."""
    body = text.rstrip("\n")
    kept = len(text) - len(body)
    chomping = {0: "-", 1: ""}.get(kept, "+")
    lines = [f"{prefix}{line}" if line else "" for line in body.split("\n")]
    return "\n".join([f"|{chomping}", *lines, *[""] * (kept - 1)])


def _float(value: float) -> str:
    """YAML 1.1 wants a point in a float, Go's readers do not mind."""
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa if '.' in mantissa else f'{mantissa}.0'}{exponent}{power}"
