"""Print objects as kustomize prints them: byte for byte what Go's YAML v2 encoder writes, by way of JSON."""

import math
import re
from functools import cmp_to_key, lru_cache

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.render.numbers import atom
from infra_tool.kustomize.render.plain import is_text
from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import Leaf, List, Map, value_of

SPECIAL = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
"""What is not printable to the encoder; characters beyond U+FFFF are not."""
INDICATORS = re.compile(
    r"(?:---|\.\.\.)|[#,\[\]{}&*!|>'\"%@`]|[?:-](?:[ \t]|$)|.*?(?::(?:[ \t]|$)|[ \t\n]#)", re.DOTALL
)
"""What cannot stand outside of quotes."""
BOM = "\ufeff"
DOUBLE = '"'
CONTROL = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What the JSON on the way cannot have."""
UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""The same, and line breaks that YAML has and JSON does not."""
WIDTH = 80
"""Columns; the encoder breaks a line at the first blank behind them."""
LONGEST_KEY = 128
"""Bytes; the encoder writes longer keys in another form."""
SHORT = {
    0: "0", 7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 27: "e", 34: '"', 92: "\\", 0x85: "N",
    0xA0: "_", 0x2028: "L", 0x2029: "P",
}  # fmt: skip
ESCAPED = re.compile('["\\\\\n\u2028\u2029]|' + SPECIAL.pattern)


def dump(root: Map) -> str:
    """Return the YAML of one object.

    Raises InfraToolError for values that have no JSON form, or that the encoder would write in a form of its own.
    """
    lines: list[str] = []
    _map(root, "", lines)
    lines.append("")
    return "\n".join(lines)


def _map(value: Map, indent: str, lines: list[str], first: str | None = None) -> None:
    """Write a mapping; `first` stands before the first key instead of the indentation."""
    lead = indent if first is None else first
    for key in sorted_keys(tuple(value)):
        item = value[key]
        name = key_text(key)
        if name is None:
            name = "a key that is long or has several lines"
            raise unsupported(name, path=value.origin.path, line=value.origin.line(value.node))
        if type(item) is Leaf:
            lead = f"{lead}{name}: "
            lines.append(lead + scalar(item, indent, len(lead)))
        elif not item:
            lines.append(f"{lead}{name}: {'{}' if type(item) is Map else '[]'}")
        elif type(item) is Map:
            lines.append(f"{lead}{name}:")
            _map(item, f"{indent}  ", lines)
        else:
            lines.append(f"{lead}{name}:")
            _list(item, indent, lines)  # type: ignore[arg-type]
        lead = indent


def _list(value: List, indent: str, lines: list[str], first: str | None = None) -> None:
    lead = f"{indent if first is None else first}- "
    for item in value:
        if type(item) is Leaf:
            lines.append(lead + scalar(item, indent, len(lead)))
        elif not item:
            lines.append(f"{lead}{'{}' if type(item) is Map else '[]'}")
        elif type(item) is Map:
            _map(item, f"{indent}  ", lines, lead)
        else:
            _list(item, f"{indent}  ", lines, lead)  # type: ignore[arg-type]
        lead = f"{indent}- "


def scalar(leaf: Leaf, indent: str, column: int) -> str:
    """Return the source of a scalar that begins in a column (from 0); `indent` is that of what holds it."""
    value = leaf.text if leaf.tag == "str" and leaf.style != ">" else value_of(leaf)
    if type(value) is str:
        if UNPRINTED.search(value):
            raise _refused(value, leaf)
        if "\n" in value and is_block(value):
            return _literal(value, indent)
        source = quoted(value)
        return source if column + len(source) <= WIDTH else fold(value, source, column, f"{indent}  ")
    if type(value) is float and not math.isfinite(value):
        raise leaf.origin.error(f"{leaf.text} is no number that JSON has", leaf.node)
    return atom(value)  # type: ignore[arg-type]


def _refused(value: str, leaf: Leaf) -> InfraToolError:
    if CONTROL.search(value):
        return leaf.origin.error("a text has a control character", leaf.node)
    name = "a text with a line separator (U+0085, U+2028, U+2029)"
    return unsupported(name, path=leaf.origin.path, line=leaf.origin.line(leaf.node))


@lru_cache(maxsize=65536)
def quoted(text: str) -> str:
    """Return the source of a text on one line."""
    if "\n" not in text and is_text(text):
        if not is_quotable(text):
            return _double(text)
        return text if _is_bare(text) else "'" + text.replace("'", "''") + "'"
    return _double(text)


def _is_bare(text: str) -> bool:
    return text[0] != " " and text[-1] != " " and not INDICATORS.match(text)


def is_quotable(text: str) -> bool:
    """Tell whether a text of one line can stand without escapes."""
    return not SPECIAL.search(text)


def is_block(text: str) -> bool:
    """Tell whether a text of several lines can be a literal block."""
    return text[-1] != " " and " \n" not in text and not SPECIAL.search(text)


def _literal(text: str, indent: str) -> str:
    hint = "2" if text[0] in " \n" else ""
    if not text.endswith("\n"):
        hint += "-"
    elif text == "\n" or text.endswith("\n\n"):
        hint += "+"
    inner = f"{indent}  "
    body = text.removesuffix("\n").split("\n")
    return "\n".join([f"|{hint}", *(f"{inner}{line}" if line else "" for line in body)])


def _double(text: str) -> str:
    return f'"{"".join(_pieces(text, DOUBLE))}"' if text[:1] == BOM else f'"{ESCAPED.sub(_escape, text)}"'


def fold(text: str, source: str, column: int, inner: str) -> str:
    """Return the source of a text with line breaks, as the encoder puts them."""
    quote = source[0] if source[0] in "'\"" and source != text else ""
    pieces = _pieces(text, quote)
    found, column, was_blank = [quote], column + len(quote), False
    for index, piece in enumerate(pieces):
        is_blank, following = piece == " ", pieces[index + 1 : index + 2]
        if is_blank and not was_blank and column > WIDTH and _may_break(index, following, quote):
            piece = f"\n{inner}" + ("\\" if following == [" "] else "")  # noqa: PLW2901 -- it stands for the blank
            column = -1
        found.append(piece)
        column += len(piece)
        was_blank = is_blank
    return "".join((*found, quote))


def _pieces(text: str, quote: str) -> list[str]:
    if text[:1] == BOM:  # the encoder then takes every character for one that it must escape
        return [re.sub(".", _escape, character, flags=re.DOTALL) for character in text]
    if quote == '"':
        return [ESCAPED.sub(_escape, character) for character in text]
    return ["''" if character == quote else character for character in text]


def _may_break(index: int, following: list[str], quote: str) -> bool:
    if quote == '"':
        return index > 0 and bool(following)
    return following != [" "] and (not quote or (index > 0 and bool(following)))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in SHORT:
        return f"\\{SHORT[code]}"
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004


@lru_cache(maxsize=65536)
def key_text(key: str) -> str | None:
    """Return the source of a key, None for one that the encoder writes in another form."""
    if "\n" in key or len(key.encode()) > LONGEST_KEY or UNPRINTED.search(key):
        return None
    return quoted(key)


@lru_cache(maxsize=65536)
def sorted_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return keys in the order of Go's YAML encoder: numbers by value, anything else before letters."""
    if "".join(keys).isalpha():
        return tuple(sorted(keys))
    return tuple(sorted(keys, key=cmp_to_key(_compare)))


def _compare(left: str, right: str) -> int:
    return -1 if _is_less(left, right) else 1


def _is_less(left: str, right: str) -> bool:
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one == other:
            continue
        if one.isalpha() or other.isalpha():
            return one < other if one.isalpha() and other.isalpha() else other.isalpha()
        first, second = _number(left, right, index), _number(right, left, index)
        if first[0] != second[0]:
            return first[0] < second[0]
        return first[1] < second[1] if first[1] != second[1] else one < other
    return len(left) < len(right)


def _number(text: str, other: str, start: int) -> tuple[int, int]:
    """Return the number that begins at a place, and where it ends; zeros behind digits count as the digits do."""
    number, end = 0, start
    if "0" in (text[start], other[start]):
        before = start - 1
        while before >= 0 and text[before].isdecimal() and not number:
            number = int(text[before] != "0")
            before -= 1
    while end < len(text) and text[end].isdecimal():
        number = number * 10 + int(text[end])
        end += 1
    return number, end
