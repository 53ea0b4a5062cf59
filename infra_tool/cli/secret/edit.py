"""`infra-tool secret edit`: an encrypted file in an editor, its plain text in memory only."""

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report
from infra_tool.cli.delivery import Target
from infra_tool.cli.secret import place
from infra_tool.errors import InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.secrets import Difference, Encrypted

EDITORS = ("SOPS_EDITOR", "VISUAL", "EDITOR")
PRIVATE_FILE = 0o600


@delivery.writing
def edit(
    path: place.PathArgument,
    *,
    edit_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the plain text lies meanwhile, if not in memory.")
    ] = None,
    accept_types: place.AcceptTypesOption = False,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Open a file in $SOPS_EDITOR, $VISUAL or $EDITOR.

    The plain text lies in memory meanwhile, where only you can read it. What did not change keeps its ciphertext.
    """
    from infra_tool import edits, git, secrets

    root = place.root(target)
    if root is None:
        raise UsageError("secret edit needs a checkout", hint="infra-tool secret set works on a remote")
    name = place.inside(root, path)
    tree = place.tree(root)
    session = place.session(root, identity, accept_types=accept_types).on(tree)
    before = secrets.read(tree, name)
    plain = secrets.content(tree, name, before, session)
    command = _editor()
    with secrets.private_directory(os.environ, edit_dir) as directory:
        file = directory / Path(name).name
        new = _edited(file, plain, command, lambda content: secrets.check_content(tree, name, content, session))
    if new == plain:
        outcome = git.Outcome(secrets.Encrypted(name, "unchanged"), edits.Edits())
    else:
        outcome = place.deliver(
            lambda snapshot, session: secrets.edit(snapshot, name, before, new, session, refresh=not no_restart),
            session,
            target,
            root,
        )
    _tell(outcome, list(secrets.differences(plain, new)), target, format_)


def _editor() -> list[str]:
    """Return the command of the person's editor; raises InfraToolError when there is none."""
    from infra_tool import proc

    named = next((value for name in EDITORS if (value := os.environ.get(name))), None)
    if named:
        return shlex.split(named)
    found = next((name for name in ("vim", "nano", "vi") if proc.is_installed(name)), None)
    if found is None:
        raise InfraToolError("there is no editor", hint=f"name one in {', '.join(EDITORS)}")
    return [found]


def _edited(file: Path, plain: bytes, command: list[str], check: Callable[[bytes], None]) -> bytes:
    """Return what the person made of the plain text; one that cannot be encrypted is given back, if they want."""
    from infra_tool import proc

    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as stream:
        stream.write(plain)
    while True:
        if status := proc.attend((*command, str(file)), cwd=file.parent):
            raise InfraToolError(f"the editor ended with status {status}: nothing was written")
        new = file.read_bytes()
        try:
            if new != plain:
                check(new)
        except InfraToolError as error:
            if not sys.stdin.isatty():
                raise
            report.note(f"error: {error}")
            if not typer.confirm("Edit it again? Otherwise all changes are lost", default=True, err=True):
                raise
        else:
            return new


def _tell(outcome: "Outcome[Encrypted]", found: "list[Difference]", target: Target, format_: report.Format) -> None:
    done = outcome.result
    result = {
        "path": done.path,
        "action": done.action,
        "changes": [{"name": each.name, "kind": each.kind} for each in found],
        "commit": outcome.commit,
    }
    what = "unchanged: nothing to do" if done.action == "unchanged" else "encrypted anew where it changed"
    lines = [f"{done.path} is {what}", *(f"  {each.name} {each.kind}" for each in found)]
    text = "\n".join([*lines, *place.ending(commit=outcome.commit)])
    delivery.finish("secret edit", outcome, target, format_, result=result, text=text)
