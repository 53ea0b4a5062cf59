"""Add a scalar item to a list."""

from itertools import pairwise

from infra_tool.splice import Splice
from infra_tool.yamldoc import extent, flow, insert, lines
from infra_tool.yamldoc.ancestry import is_shared, refuse
from infra_tool.yamldoc.edit import splice
from infra_tool.yamldoc.file import YamlFile
from infra_tool.yamldoc.nodes import Alias, Mapping, Node, Scalar, Sequence
from infra_tool.yamldoc.quote import quoted
from infra_tool.yamldoc.render import dash_offset
from infra_tool.yamldoc.resolve import resolve_scalar


def insert_item(file: YamlFile, sequence_owner: Mapping, key: str, text: str, *, keep_sorted: bool) -> Splice:
    """Return the splice that adds a string to the list under `key`, which may be missing, null or empty.

    `keep_sorted`: the item goes to its place if the items are sorted (the first may stand out of order, as
    `flux-system` does), else to the end. Raises EditError when what is there is no list, or is used elsewhere.
    """
    value = next(
        (value for name, value in sequence_owner.items if isinstance(name, Scalar) and name.value == key), None
    )
    name = sequence_owner.key(key)
    if value is None or name is None:
        source = f"[{quoted(text, flow=True)}]" if sequence_owner.flow else f"- {quoted(text)}"
        return insert.set_key(file, sequence_owner, key, source)
    if isinstance(value, Alias) or is_shared(file, value):
        raise refuse(file, value, "the list has an anchor that is used elsewhere", "write the list out at each place")
    if isinstance(value, Scalar):
        return _first(file, sequence_owner, name, value, text)
    if not isinstance(value, Sequence):
        raise refuse(file, value, f"{key} is no list")
    if not value.items:
        inline = f"[{quoted(text, flow=True)}]"
        item = quoted(text)
        return flow.unfolded(file, value, dash_offset(file), lambda _: f"- {item}", inline=inline, source=item)
    index = _place(value.items, text) if keep_sorted else len(value.items)
    if value.flow:
        return flow.inserted(file, value, index, quoted(text, flow=True))
    return _line(file, value, index, text)


def _first(file: YamlFile, owner: Mapping, name: Scalar, value: Scalar, text: str) -> Splice:
    """Put a list in the place of a null."""
    if value.tag is not None or value.anchor is not None or resolve_scalar(value, "manifest") is not None:
        raise refuse(file, value, f"{name.value} is no list")
    bounds = file.bounds(value)
    if owner.flow or not lines.starts_line(file.text, lines.entries(file, owner)[0].start) or bounds[0] < bounds[1]:
        return insert.set_key(
            file, owner, name.value, f"[{quoted(text, flow=True)}]" if owner.flow else f"- {quoted(text)}"
        )
    return flow.below_key(file, name, bounds, dash_offset(file), lambda _: f"- {quoted(text)}")


def _place(items: list[Node], text: str) -> int:
    """Return the index that keeps sorted items sorted, else the number of items."""
    names = [item.value if isinstance(item, Scalar) else None for item in items]
    for skipped in (0, 1):
        rest = [name for name in names[skipped:] if name is not None]
        if len(rest) == len(names) - skipped and all(one <= other for one, other in pairwise(rest)):
            return skipped + sum(name <= text for name in rest)
    return len(items)


def _line(file: YamlFile, sequence: Sequence, index: int, text: str) -> Splice:
    """Put an item on a line of its own, before the item `index` and the comment lines directly above that."""
    entries = lines.entries(file, sequence)
    dash = lines.column(file.text, entries[0].start)
    beside = sequence.items[max(index - 1, 0)]
    start = entries[max(index - 1, 0)].start
    same_line = lines.line_start(file.text, beside.start) == lines.line_start(file.text, start)
    gap = file.text[start + 1 : beside.start] if same_line and beside.start > start + 1 else " "
    row = f"-{gap}{quoted(text)}"
    if index == 0:
        above = entries[0].start
        row = f"{row}{lines.newline(file.text)}{' ' * dash}"
        return splice(file, (above, above), row)
    return insert.inserted_below(file, _last_line(file, entries, index, dash), row, dash)


def _last_line(file: YamlFile, entries: list[lines.Entry], index: int, dash: int) -> int:
    """Return where the entry above ends, with the comment lines that are indented deeper than its dash."""
    end = entries[index - 1].end
    text = file.text
    while (place := lines.below(text, end)) < len(text):
        row = text[place : lines.line_end(text, place)]
        if not row.lstrip(" ").startswith("#") or extent.leading(row) <= dash:
            break
        end = lines.line_end(text, place)
    return end
