"""Entries of [] and {}: add one, or turn an empty one into lines."""

import re
from collections.abc import Callable

from infra_tool.splice import Splice
from infra_tool.yamldoc import extent, lines
from infra_tool.yamldoc.ancestry import chain, refuse
from infra_tool.yamldoc.edit import splice
from infra_tool.yamldoc.file import YamlFile
from infra_tool.yamldoc.nodes import Mapping, Scalar, Sequence
from infra_tool.yamldoc.render import is_block

REST = re.compile(r"(?P<before>[ \t]*)(?P<comma>,?)(?P<comment>(?:[ \t]+#.*|[ \t]*))")


def one_line(file: YamlFile, node: Mapping | Sequence, source: str) -> None:
    """Raise EditError for source that cannot stand inside of [] or {}."""
    if "\n" in source.strip("\n") or is_block(source):
        hint = "write the list or mapping around it as lines"
        raise refuse(file, node, "a value of several lines cannot be put inside of {} or []", hint)


def inserted(file: YamlFile, collection: Mapping | Sequence, index: int, source: str) -> Splice:
    """Return the splice that puts an entry before the entry `index` of a flow collection that has some."""
    entries = lines.entries(file, collection)
    if index == len(entries):
        return _appended(file, entries[-1], source)
    start = entries[index].start
    gap = _gap(file, start) or " "
    return splice(file, (start, start), f"{source},{gap}")


def _appended(file: YamlFile, last: lines.Entry, source: str) -> Splice:
    """Put an entry behind the last; on a line of its own, below the last one's comment, if the last one has that."""
    gap = _gap(file, last.start)
    end = lines.line_end(file.text, last.end)
    rest = REST.fullmatch(file.text, last.end, end)
    if not gap or rest is None:
        return splice(file, (last.end, last.end), f",{gap or ' '}{source}")
    return splice(
        file, (last.end, end), f",{rest['before']}{rest['comment']}{gap}{source}{rest['comma']}".rstrip(" \t")
    )


def _gap(file: YamlFile, start: int) -> str:
    """Return line break and indentation for an entry beside one that starts its line; empty when it does not."""
    if not lines.starts_line(file.text, start) or lines.line_start(file.text, start) == 0:
        return ""
    return lines.newline(file.text) + " " * lines.column(file.text, start)


def unfolded(
    file: YamlFile, empty: Mapping | Sequence, offset: int, rows: Callable[[int], str], *, inline: str, source: str
) -> Splice:
    """Return the splice that fills an empty [] or {}: as lines below its key where it can, else as `inline`.

    `rows` makes the lines for an indentation, all but the first indented; `offset` is theirs against the key's.
    Raises EditError when only `inline` would do and the value in it, `source`, needs several lines.
    """
    text = file.text
    start, end = extent.start(text, empty), extent.end(text, empty)
    if "#" in text[start:end]:
        raise refuse(file, empty, "an empty list or mapping with a comment inside is not filled", "remove the comment")
    around = chain(file, empty)
    if not around and lines.starts_line(text, start) and not text[end : lines.line_end(text, end)].strip():
        return splice(file, (start, end), rows(0).replace("\n", lines.newline(text)))
    key = _key(around[-1], empty) if around else None
    if key is None or empty.anchor or empty.tag or any(parent.flow for parent in around):
        one_line(file, empty, source)
        return splice(file, (start, end), inline)
    return below_key(file, key, (start, end), offset, rows)


def _key(parent: Mapping | Sequence, value: Mapping | Sequence) -> Scalar | None:
    if not isinstance(parent, Mapping):
        return None
    return next((key for key, other in parent.items if other is value and isinstance(key, Scalar)), None)


def below_key(file: YamlFile, key: Scalar, value: tuple[int, int], offset: int, rows: Callable[[int], str]) -> Splice:
    """Return the splice that replaces a value on its key's line by lines below; the comment on that line stays."""
    text = file.text
    indent = lines.column(text, key.start) + offset
    end = lines.line_end(text, value[1])
    comment = text[value[1] : end].rstrip()
    first = lines.colon(file, key)
    body = f"{comment}\n{' ' * indent}{rows(indent)}".replace("\n", lines.newline(text))
    return splice(file, (first, end), body)
