"""A difference as lines for a terminal."""

from collections.abc import Iterator

from infra_tool.diff.compare import Difference, Gap
from infra_tool.diff.lines import Told, told
from infra_tool.diff.objects import Action, ObjectChange
from infra_tool.diff.summary import WORDS
from infra_tool.output.colour import BOLD, DIM, paint
from infra_tool.output.format import printable

SIGNS: dict[Action, str] = {"created": "+", "changed": "~", "deleted": "-", "stays": "="}
COLOURS: dict[Action, str] = {"created": "\x1b[32m", "changed": "\x1b[33m", "deleted": "\x1b[31m", "stays": "\x1b[36m"}
LINE_COLOURS = {"+": COLOURS["created"], "-": COLOURS["deleted"]}


def lines(found: Difference, *, colour: bool = False) -> Iterator[str]:
    """Yield the lines: each cluster with its objects, each object with its fields; then what restarts."""
    cluster: str | None = ""
    for one in found.objects:
        if one.cluster != cluster:
            cluster = one.cluster
            yield paint(printable(cluster or "(no cluster named)"), BOLD, on=colour)
        yield from _object(one, colour=colour)
    if found.restarts:
        yield f"pods restart: {printable(', '.join(map(str, found.restarts)))}"
    yield from map(gap, found.gaps)


def notes(one: ObjectChange) -> str:
    """Return what happens to an object, besides its fields."""
    was = f"was {one.was}" if one.was is not None else None
    unapplied = f"not yet: {one.unapplied}" if one.unapplied is not None else None
    found = (WORDS[one.action], one.why, was, "pods restart" if one.restarts else None, unapplied)
    return printable(", ".join(note for note in found if note is not None))


def gap(one: Gap) -> str:
    """Return the line for what could not be compared."""
    return printable(f"not compared: {one.cluster or 'no cluster'}, {one.tree} tree: {one.error}")


def _object(one: ObjectChange, *, colour: bool) -> Iterator[str]:
    yield paint(f"{SIGNS[one.action]} {printable(str(one))} ({notes(one)})", COLOURS[one.action], on=colour)
    for field in one.fields:
        shown = told(field)
        place = paint(f"  {printable(field.place.path)}:{field.place.line}", DIM, on=colour)
        yield f"    {_line(shown)}{place}"
        for line in shown.rest:
            yield f"      {paint(line, LINE_COLOURS.get(line[0], ''), on=colour and line[0] in LINE_COLOURS)}"


def _line(shown: Told) -> str:
    values = " -> ".join(value for value in (shown.old, shown.new) if value is not None)
    note = f" ({shown.note})" if shown.note else ""
    return f"{shown.name}:{f' {values}' if values else ''}{note}"
