"""`infra-tool secret view`: what an encrypted file holds and who can open it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report
from infra_tool.cli.secret import place

if TYPE_CHECKING:
    from infra_tool.secrets import Entry, View


def view(
    path: place.PathArgument,
    *,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show the values too; takes a private key.")] = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Show names, sizes and recipients, without a key."""
    from infra_tool import secrets

    root = place.root()
    tree = place.tree(root)
    name = place.inside(root, path)
    found = secrets.view(tree, name)
    values = None
    if reveal:
        opened = secrets.reveal(tree, name, place.session(root, identity).on(tree))
        values = [value.data.decode(errors="replace") for value in opened]
    if format_ is report.Format.json:
        report.result("secret view", _json(found, values))
    else:
        for line in _lines(found, values):
            report.say(line)


def _json(found: "View", values: list[str] | None) -> report.Json:
    return {
        "path": found.path,
        "lastmodified": found.lastmodified,
        "selector": found.selector,
        "recipients": [{"name": entry.name, "key": entry.text, "kind": entry.kind} for entry in found.recipients],
        "entries": [
            {
                "object": entry.object,
                "name": entry.name,
                "type": entry.type,
                "size": entry.size,
                "stub": entry.stub,
                "encrypted": entry.encrypted,
                **({"value": values[number]} if values is not None else {}),
            }
            for number, entry in enumerate(found.entries)
        ],
    }


def _lines(found: "View", values: list[str] | None) -> Iterator[str]:
    yield f"{found.path}  encrypted {found.lastmodified}  {found.selector}"
    yield "opened by"
    width = max((len(entry.name or "") for entry in found.recipients), default=0)
    for recipient in found.recipients:
        yield f"  {recipient.name or '?':{width}}  {recipient.text}"
    width = max((len(entry.name) for entry in found.entries), default=0)
    before = None
    for number, entry in enumerate(found.entries):
        if entry.object != before:
            yield entry.object or "values"
        before = entry.object
        yield f"  {entry.name:{width}}  {values[number] if values is not None else _size(entry)}"


def _size(entry: "Entry") -> str:
    kind = "" if entry.type in ("str", "plain") else f"  {entry.type}"
    stub = "  still a stub" if entry.stub else ""
    clear = "" if entry.encrypted or not entry.size else "  NOT ENCRYPTED"
    return f"{entry.size} bytes{kind}{stub}{clear}"
