"""A difference as Markdown for a comment on a pull request, which is never longer than a forge takes."""

from collections.abc import Iterator, Sequence

from infra_tool.diff.compare import Difference
from infra_tool.diff.lines import CHANGED, told
from infra_tool.diff.objects import ObjectChange
from infra_tool.diff.summary import summary
from infra_tool.diff.text import gap, notes

LIMIT = 60_000
"""Characters; GitHub takes 65,536, Gitea more."""
MOST = 20
"""Workloads that restart, and builds that could not be compared, that are named at the top."""
LONGEST = 300
"""Characters of the reason why one could not be."""
FENCE = "`" * 3


def markdown(found: Difference, limit: int = LIMIT) -> str:
    """Return the page; where it would be too long, fields are left out from the end, then objects are only counted."""
    top = "\n".join(_top(found))
    room = limit - len(top) - 200
    chosen: list[str] = []
    for index, block in enumerate(blocks := list(_blocks(found))):
        fitting = next((text for text in block if len(text) + 1 <= room), None)
        if fitting is None:
            chosen.append(f"\n... and {len(blocks) - index} more objects: `infra-tool diff` shows all")
            break
        chosen.append(fitting)
        room -= len(fitting) + 1
    return "\n".join((top, *chosen, ""))


def _top(found: Difference) -> Iterator[str]:
    yield f"**{summary(found)}**"
    if found.restarts:
        names = [_code(str(one)) for one in found.restarts[:MOST]]
        yield ""
        yield f"Pods restart: {', '.join(names)}{_more(found.restarts)}"
    if found.gaps:
        yield ""
        yield from (f"- {_code(gap(one)[:LONGEST])}" for one in found.gaps[:MOST])
        yield _more(found.gaps)


def _more(items: Sequence[object]) -> str:
    return f" and {len(items) - MOST} more" if len(items) > MOST else ""


def _blocks(found: Difference) -> Iterator[Sequence[str]]:
    """Yield each object with its fields, and without them."""
    cluster: str | None = ""
    for one in found.objects:
        title = f"\n### {_code(one.cluster or 'no cluster named')}\n\n" if one.cluster != cluster else ""
        cluster = one.cluster
        action, _, rest = notes(one).partition(", ")
        first = f"{title}- {_code(str(one))} {action}{f', {_code(rest)}' if rest else ''}"
        yield (f"{first}\n\n{_fenced(list(_fields(one)))}\n", f"{first}, fields left out") if one.fields else (first,)


def _fields(one: ObjectChange) -> Iterator[str]:
    """Yield lines that a forge colours: `-` and `+` come first."""
    for shown in map(told, one.fields):
        if shown.old is not None:
            yield f"- {shown.name}: {shown.old}"
        if shown.new is not None:
            yield f"+ {shown.name}: {shown.new}{', changed' if shown.note == CHANGED else ''}"
        if shown.rest:
            yield f"  {shown.name}:"
        yield from (f"{line[0]}   {line[2:]}" for line in shown.rest)


def _fenced(lines: Sequence[str]) -> str:
    """Return lines in a fence that nothing in them ends."""
    fence = FENCE
    while any(fence in line for line in lines):
        fence += "`"
    return "\n".join(f"  {line}" for line in (f"{fence}diff", *lines, fence))


def _code(text: str) -> str:
    """Return a text that a forge shows as it is: no link, no mention, no markup."""
    return f"`{text.replace('`', chr(39))}`"
