"""`infra-tool secret rotate`: a new data key, for the recipients that the rules name now."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report
from infra_tool.cli.delivery import Target
from infra_tool.cli.secret import place
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.secrets import Rotated


@delivery.writing
def rotate(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...", help="The files.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every encrypted file of the repo.")] = False,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Give files a new data key and the recipients of their rule.

    All of them or none. The values stay: who could open a file before still opens it in the history of the repo.
    """
    from infra_tool import secrets

    if bool(paths) == every:
        raise UsageError("name files, or --all")
    root = place.root(target)
    names = None if every else [place.inside(root, path) for path in paths or ()]
    outcome = place.deliver(
        lambda snapshot, session: secrets.rotate(snapshot, names, session, refresh=not no_restart),
        place.session(root, identity),
        target,
        root,
    )
    _tell(outcome, target, format_)


def _tell(outcome: "Outcome[Rotated]", target: Target, format_: report.Format) -> None:
    done = outcome.result
    result = {"files": files(done), "restarted": list(done.restarted), "commit": outcome.commit}
    lines = [f"{file.path} has a new data key{_change(file.added, file.removed)}" for file in done.files]
    lines += place.ending(done.restarted, outcome.commit)
    delivery.finish("secret rotate", outcome, target, format_, result=result, text="\n".join(lines))
    if format_ is report.Format.text:
        note_values(done)


def files(rotated: "Rotated") -> list[report.Json]:
    """Return what became of each file, for JSON."""
    return [
        {"path": file.path, "added": list(file.added), "removed": list(file.removed), "values": list(file.values)}
        for file in rotated.files
    ]


def note_values(rotated: "Rotated") -> None:
    """Tell which values are known to whoever could open the files before."""
    report.note("git history keeps what could be opened before; a value that must stay secret from then on has to be")
    report.note("changed where it comes from, and set anew (infra-tool secret set PATH KEY):")
    for file in rotated.files:
        for name in file.values:
            report.note(f"  {file.path}  {name}")


def _change(added: tuple[str, ...], removed: tuple[str, ...]) -> str:
    words = [*(f"{name} opens it now" for name in added), *(f"{name} no more" for name in removed)]
    return f" ({', '.join(words)})" if words else ""
