"""The plain content of an opened file, in its own layout."""

import re
from collections.abc import Iterator

from infra_tool import splice, yamldoc
from infra_tool.sops import cipher, comments, layout
from infra_tool.sops.opened import Opened, Value, sealed
from infra_tool.sops.values import Plain
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import YamlFile

KEY_INDENT = re.compile(r" *(?:- +)*")
NOTHING_BEHIND = re.compile(r"[ \t]*(?:[\r\n]|\Z)")
STEP = 2
WORDS = {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}
"""Floats that YAML spells in another way than Go does."""


def render(opened: Opened) -> bytes:
    """Return the file with plain values and without its metadata. For memory and pipes only."""
    file = opened.file
    splices = [_value(file, value) for value in sealed(opened)]
    splices += [*_comments(opened), *layout.removed(file)]
    return splice.apply(file.data, splices)


def source(plain: Plain, *, flow: bool) -> str:
    """Return a plain value as YAML text of the same type."""
    text = plain.data.decode()
    if plain.kind in ("str", "comment"):
        return yamldoc.quoted(text, flow=flow)
    if plain.kind == "float":
        return WORDS.get(text) or (text if "." in text else f"{text}.0")
    return text.lower() if plain.kind == "bool" else text


def _value(file: YamlFile, value: Value) -> Splice:
    assert value.plain is not None  # noqa: S101 -- what was ciphertext has a plain value
    if value.plain.kind == "comment":
        return _item(file, value, f"#{value.plain.data.decode()}")
    text = _literal(file, value) or source(value.plain, flow=value.leaf.flow)
    return Splice(file.span(value.leaf.node), text.encode())


def _item(file: YamlFile, value: Value, comment: str) -> Splice:
    """Put a comment in the place of an item: sops writes comments of an encrypted list as items of it."""
    start, end = file.bounds(value.leaf.node)
    dash = file.text.rfind("-", 0, start)
    return Splice(Span(file.byte(dash if dash >= 0 else start), file.byte(end)), comment.encode())


def _literal(file: YamlFile, value: Value) -> str | None:
    """Return a text of several lines as a literal block; None where none can stand, as before a comment."""
    start, end = file.bounds(value.leaf.node)
    text = value.plain.data.decode() if value.plain and value.plain.kind == "str" else ""
    line = file.text[file.text.rfind("\n", 0, start) + 1 : start]
    before = KEY_INDENT.match(line)
    if value.leaf.flow or before is None or not yamldoc.is_block(text) or not NOTHING_BEHIND.match(file.text, end):
        return None
    ending = "\r\n" if "\r\n" in file.text else "\n"
    return yamldoc.literal(text, " " * (len(before[0]) + STEP)).replace("\n", ending)


def _comments(opened: Opened) -> Iterator[Splice]:
    """Decrypt comments; one that does not open stays, as with sops: it may stem from another file."""
    for comment in comments.comments(opened.file, opened.metadata.selector):
        plain = open_comment(opened.key, comment)
        if plain is not None:
            span = Span(opened.file.byte(comment.start), opened.file.byte(comment.end))
            yield Splice(span, f"#{plain}".encode())


def open_comment(key: bytes, comment: comments.Comment) -> str | None:
    """Return the plain text of an encrypted comment, trying its path and each path around it."""
    try:
        token = cipher.parse(comment.text)
    except ValueError:
        return None
    for length in range(len(comment.path), -1, -1):
        try:
            return cipher.unseal(key, token, cipher.associated(comment.path[:length])).decode()
        except ValueError:
            continue
    return None
