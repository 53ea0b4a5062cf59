"""Add or replace an entry of a mapping."""

import re

from infra_tool.splice import Splice
from infra_tool.yamldoc import extent, flow, lines
from infra_tool.yamldoc.ancestry import is_needed, is_shared, refuse
from infra_tool.yamldoc.edit import splice
from infra_tool.yamldoc.file import YamlFile
from infra_tool.yamldoc.nodes import Mapping, Node, Scalar
from infra_tool.yamldoc.quote import quoted
from infra_tool.yamldoc.render import entry, is_block, mapping_offset, needs_break, value_of

COMMENT = re.compile(r"[ \t]+#.*")
SHARED = "the mapping has an anchor that is used elsewhere"
NEEDED = "the old value has an anchor that is used elsewhere"
WRITE_OUT = "write the value out at each place"


def set_key(file: YamlFile, mapping: Mapping, key: str, source: str, *, after: str | None = None) -> Splice:
    """Return the splice that makes `key: <source>` an entry of a mapping.

    `source` is ready YAML, its lines indented from 0. A new entry goes below the entry `after`, else below the last;
    an existing one keeps its place. Raises EditError where other lines would have to change.
    """
    if is_shared(file, mapping):
        raise refuse(file, mapping, SHARED, WRITE_OUT)
    names = [name.value if isinstance(name, Scalar) else None for name, _ in mapping.items]
    if key in names:
        return _replaced(file, mapping, names.index(key), source)
    index = names.index(after) if after in names else len(names) - 1
    if mapping.flow:
        return _in_flow(file, mapping, index, key, source)
    entries = lines.entries(file, mapping)
    indent = lines.column(file.text, entries[0].start)
    text = entry(file, key, source, indent)
    return inserted_below(file, entries[index].end, text, indent, close=needs_break(source))


def inserted_below(file: YamlFile, end: int, text: str, indent: int, *, close: bool = False) -> Splice:
    """Return the splice that puts lines below the line on which something ends.

    A missing final line break stays missing, unless `close`.
    """
    place = lines.below(file.text, end)
    ending = lines.newline(file.text)
    body = f"{' ' * indent}{text}".replace("\n", ending)
    unended = place > 0 and file.text[place - 1] not in "\r\n"
    after = ending if close or not unended else ""
    return splice(file, (place, place), (ending if unended else "") + body + after)


def _in_flow(file: YamlFile, mapping: Mapping, index: int, key: str, source: str) -> Splice:
    if mapping.items:
        flow.one_line(file, mapping, source)
        return flow.inserted(file, mapping, index + 1, f"{quoted(key, flow=True)}: {source}")
    inline = f"{{{quoted(key, flow=True)}: {source}}}"

    def rows(indent: int) -> str:
        return entry(file, key, source, indent)

    return flow.unfolded(file, mapping, mapping_offset(file), rows, inline=inline, source=source)


def _replaced(file: YamlFile, mapping: Mapping, index: int, source: str) -> Splice:
    """Put another value behind a key; the comment on the line where the old one ends moves to the key's line."""
    key, value = mapping.items[index]
    if is_needed(file, value) or not isinstance(key, Scalar):
        raise refuse(file, value, NEEDED, WRITE_OUT)
    text = file.text
    first = lines.colon(file, key)
    if mapping.flow:
        flow.one_line(file, mapping, source)
        return splice(file, (first, max(first, extent.end(text, value))), f" {source}")
    indent = lines.column(text, lines.entries(file, mapping)[index].start)
    last = max(first, extent.end(text, value))
    last -= len(text[first:last]) - len(text[first:last].rstrip("\r\n"))
    end, comment = last, _own_comment(text, first, value)
    if "\n" in source.rstrip("\n") or is_block(source):
        end = lines.line_end(text, last)
        comment += text[last:end].rstrip()
    close = "\n" if end == len(text) and needs_break(source) else ""
    body = value_of(file, source, indent, comment) + close
    return splice(file, (first, end), body.replace("\n", lines.newline(text)))


def _own_comment(text: str, first: int, value: Node) -> str:
    """Return the comment between a key's colon and a value that starts below it."""
    end = lines.line_end(text, first)
    match = COMMENT.search(text, first, end)
    return match[0].rstrip() if match and extent.start(text, value) > end else ""
