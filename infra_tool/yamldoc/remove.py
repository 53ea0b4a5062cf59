"""Take an entry out of a mapping or a list."""

from infra_tool.splice import Splice
from infra_tool.yamldoc import lines
from infra_tool.yamldoc.ancestry import chain, is_needed, is_shared, refuse
from infra_tool.yamldoc.edit import splice
from infra_tool.yamldoc.file import YamlFile
from infra_tool.yamldoc.nodes import Mapping, Scalar, Sequence

HINT = "write the value out at each place"


def remove_key(file: YamlFile, mapping: Mapping, key: str) -> Splice:
    """Return the splice that removes an entry of a mapping with the comment on its line; the last one leaves `{}`.

    Raises EditError when there is none, or when it cannot go without touching other lines.
    """
    names = [name.value if isinstance(name, Scalar) else None for name, _ in mapping.items]
    if names.count(key) != 1:
        reason = f"{key} is there {names.count(key)} times" if key in names else f"there is no {key}"
        raise refuse(file, mapping, reason)
    index = names.index(key)
    return _removed(file, mapping, index, needed=is_needed(file, mapping.items[index][1]))


def remove_item(file: YamlFile, sequence: Sequence, index: int) -> Splice:
    """Return the splice that removes an item of a list with the comment on its line; the last one leaves `[]`."""
    return _removed(file, sequence, index, needed=is_needed(file, sequence.items[index]))


def _removed(file: YamlFile, collection: Mapping | Sequence, index: int, *, needed: bool) -> Splice:
    if needed:
        raise refuse(file, collection, "what would be removed has an anchor that is used elsewhere", HINT)
    if is_shared(file, collection):
        raise refuse(file, collection, "what it is removed from has an anchor that is used elsewhere", HINT)
    entries = lines.entries(file, collection)
    if collection.flow:
        return _from_flow(file, entries, index)
    if len(entries) == 1:
        return _emptied(file, collection)
    start, end = entries[index]
    if lines.starts_line(file.text, start):
        above = entries[index - 1].end if index else 0
        return splice(file, _whole_lines(file.text, start, end, above), "")
    return _first(file, entries, index)


def _whole_lines(text: str, start: int, end: int, above: int) -> tuple[int, int]:
    """Return the lines of an entry; at the end of a text without final break, the break above them goes instead.

    Unless it is part of what ends at `above`: of a block scalar.
    """
    first, last = lines.line_start(text, start), lines.below(text, end)
    if last == len(text) and text[-1:] not in ("\n", "\r") and above < first:
        first -= len(text[:first]) - len(text[:first].removesuffix("\n").removesuffix("\r"))
    return first, last


def _first(file: YamlFile, entries: list[lines.Entry], index: int) -> Splice:
    """Remove the entry on the line of a dash: the next one moves up, unless a comment stands between."""
    text = file.text
    start, end = entries[index]
    following = entries[index + 1].start
    if "#" in text[lines.line_end(text, end) : following]:
        return splice(file, (len(text[:start].rstrip(" ")), lines.line_end(text, end)), "")
    return splice(file, (start, following), "")


def _emptied(file: YamlFile, collection: Mapping | Sequence) -> Splice:
    """Write an empty collection; on the line of its key, if it has one."""
    text = file.text
    empty = "{}" if isinstance(collection, Mapping) else "[]"
    start, end = file.bounds(collection)
    end = lines.line_end(text, len(text[:end].rstrip("\r\n")))
    above = chain(file, collection)
    parent = above[-1] if above else None
    key = (
        next((name for name, value in parent.items if value is collection), None)
        if isinstance(parent, Mapping)
        else None
    )
    if not isinstance(key, Scalar) or collection.anchor or collection.tag:
        return splice(file, (start, end), empty)
    colon = lines.colon(file, key)
    between = text[colon:start].rstrip(" ")
    return splice(file, (colon, end), f" {empty}{between.removesuffix(chr(10)).removesuffix(chr(13))}")


def _from_flow(file: YamlFile, entries: list[lines.Entry], index: int) -> Splice:
    text = file.text
    start, end = entries[index]
    comma = len(text) - len(text[end:].lstrip())
    after = comma + 1 if text[comma : comma + 1] == "," else end
    if index + 1 < len(entries):
        following = entries[index + 1].start
        return splice(file, (start, following if "#" not in text[end:following] else after), "")
    before = entries[index - 1].end if index else start
    if "#" in text[before:start]:
        before = start
    return splice(file, (before, after if before == start else end), "")
