"""`infra-tool secret unset`: remove keys of a Secret."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report
from infra_tool.cli.delivery import Target
from infra_tool.cli.secret import place

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.secrets import UnsetResult


@delivery.writing
def unset(
    path: place.PathArgument,
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Keys to remove.")],
    *,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Remove keys of a Secret."""
    from infra_tool import secrets

    root = place.root(target)
    name = place.inside(root, path)
    outcome = place.deliver(
        lambda snapshot, session: secrets.unset(snapshot, name, keys, session, refresh=not no_restart),
        place.session(root, identity),
        target,
        root,
    )
    _tell(outcome, target, format_)


def _tell(outcome: "Outcome[UnsetResult]", target: Target, format_: report.Format) -> None:
    done = outcome.result
    for entry in done.keys:
        if entry.similar:
            report.warn(f"there is no key {entry.key}; did you mean {entry.similar}?")
    result = {
        "path": done.path,
        "keys": [{"key": entry.key, "action": entry.action} for entry in done.keys],
        "restarted": list(done.restarted),
        "commit": outcome.commit,
    }
    words = {"removed": "is gone", "absent": "is not there: nothing to do"}
    lines = [f"{done.path}: {entry.key} {words[entry.action]}" for entry in done.keys]
    lines += place.ending(done.restarted, outcome.commit)
    delivery.finish("secret unset", outcome, target, format_, result=result, text="\n".join(lines))
