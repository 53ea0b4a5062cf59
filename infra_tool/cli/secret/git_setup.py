"""`infra-tool secret git-setup`, and the two programs that git then runs."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from infra_tool.cli import report, scaffolding
from infra_tool.cli.secret import place
from infra_tool.errors import EXIT_FINDINGS, InfraToolError

FileArgument = Annotated[Path, typer.Argument(metavar="FILE")]


def git_setup(*, format_: report.FormatOption = report.Format.text) -> None:
    """Have git diff and merge secrets by content, in this clone.

    git log and git diff show plain text to whoever has a key, on their screen only. A merge takes the values of both
    sides, and conflicts only where both changed the same one.
    """
    from infra_tool.secrets import git_drivers

    done = git_drivers.install(scaffolding.infra_root())
    if format_ is report.Format.json:
        settings = [{"name": each.name, "action": each.action} for each in done]
        report.result("secret git-setup", {"settings": settings})
        return
    changed = [each.name for each in done if each.action == "set"]
    for name in changed:
        report.say(f"set {name}")
    if not changed:
        report.say("git is set up already: nothing to do")


def textconv(file: FileArgument) -> None:
    """Print a file for git diff: opened where a key here does it, else as it is."""
    from infra_tool import sops

    data = file.read_bytes()
    with suppress(InfraToolError):
        data = sops.decrypt(data, file.name, place.keys(None))
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def merge_file(base: FileArgument, ours: FileArgument, theirs: FileArgument, path: str) -> None:
    """Merge for git: the result takes the place of OURS; exit code 1 is a conflict."""
    from infra_tool import git, secrets

    session = secrets.Session(keys=lambda: place.keys(None))
    try:
        merged = secrets.merge(base.read_bytes(), ours.read_bytes(), theirs.read_bytes(), path, session)
    except InfraToolError as error:
        report.note(f"{path}: merged as text, since {error.message}")
        labels = ("-L", "ours", "-L", "base", "-L", "theirs")
        git.run(("merge-file", *labels, str(ours), str(base), str(theirs)), cwd=Path.cwd(), ok=None)
        raise typer.Exit(EXIT_FINDINGS) from None
    ours.write_bytes(merged.data)
    if merged.conflicts:
        report.note(f"{path}: both sides changed {', '.join(merged.conflicts)}: the file has the value of ours")
        report.note(f"hint: infra-tool secret set {path} KEY for another one, then git add {path}")
        raise typer.Exit(EXIT_FINDINGS)
