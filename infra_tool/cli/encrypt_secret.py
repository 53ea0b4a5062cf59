"""`infra-tool encrypt-secret`: encrypt in place what the rules of the repo select."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report
from infra_tool.cli.delivery import Target
from infra_tool.cli.secret import place, values
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.secrets import Draft, Encrypted, Session

HIDDEN = "-(plain text, not shown)\n"


@delivery.writing
def encrypt_secret(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files to encrypt.")],
    *,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PLAIN", help="Encrypt this file, - for stdin, into PATH; what did not change is kept."
        ),
    ] = None,
    accept_types: place.AcceptTypesOption = False,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Encrypt files in place, as the rules of .sops.yaml say; their layout and comments stay."""
    root = place.root(target)
    session = place.session(root, identity, accept_types=accept_types)
    names = list(dict.fromkeys(place.inside(root, path) for path in paths))
    if from_ is not None:
        outcome = _replaced(from_, names, session, target, root, refresh=not no_restart)
    else:
        outcome = _encrypted(names, session, target, root, refresh=not no_restart)
    _tell(outcome, target, format_)


def _replaced(
    plain: str, names: list[str], session: "Session", target: Target, root: Path | None, *, refresh: bool
) -> "Outcome[tuple[Encrypted, ...]]":
    from infra_tool import secrets

    if len(names) > 1:
        raise UsageError("--from takes one PATH to encrypt into")
    data = values.content(plain)
    return place.deliver(
        lambda snapshot, session: secrets.replace(snapshot, data, names[0], session, refresh=refresh),
        session,
        target,
        root,
    )


def _encrypted(
    names: list[str], session: "Session", target: Target, root: Path | None, *, refresh: bool
) -> "Outcome[tuple[Encrypted, ...]]":
    """Encrypt on disk first: plain text must not lie beside a commit that holds its ciphertext."""
    from infra_tool import git, secrets

    def carry_out(target: Target, *, refresh: bool) -> "Outcome[tuple[Encrypted, ...]]":
        drafts = _drafts(root, names, on_disk=target.kind not in {"commit", "push"})
        return place.deliver(
            lambda snapshot, session: secrets.encrypt(snapshot, drafts, session, refresh=refresh), session, target, root
        )

    if root is None or target.kind not in {"commit", "push"}:
        return carry_out(target, refresh=refresh)
    first = carry_out(replace(target, commit=False, push=False), refresh=False)
    if target.kind == "push" and first.edits:
        # Staged, the checkout can follow the branch to the pushed commit.
        git.run(("add", "--force", "--", *first.edits), cwd=root)
    return carry_out(target, refresh=refresh)


def _drafts(root: Path | None, names: list[str], *, on_disk: bool) -> "Mapping[str, Draft | None]":
    """Read the files from disk, where git may not know them; `on_disk` tells that they are to stay there only."""
    from infra_tool import edits, git
    from infra_tool.secrets import Draft

    if root is None:
        return dict.fromkeys(names)
    files = {name: _on_disk(root, name) for name in names}
    if on_disk:
        return {name: Draft(data, data) for name, data in files.items()}
    committed = git.commit_snapshot(root).tree if git.worktree_snapshot(root).revision else edits.MemoryTree({})
    held = committed.read_many([name for name in names if name in committed.entries])
    return {name: None if data == held.get(name) else Draft(data, held.get(name)) for name, data in files.items()}


def _on_disk(root: Path, name: str) -> bytes:
    from infra_tool import edits

    if (root / name).is_dir():
        raise UsageError("is a directory", path=name, hint="name the files to encrypt")
    file = edits.on_disk(root, name)
    if file is None:
        raise UsageError("no such file", path=name)
    if file.mode == edits.SYMLINK:
        raise UsageError("is a symlink", path=name, hint="name the file that it leads to")
    return file.data


def _tell(outcome: "Outcome[tuple[Encrypted, ...]]", target: Target, format_: report.Format) -> None:
    files = [{"path": entry.path, "action": entry.action} for entry in outcome.result]
    encrypted = {entry.path for entry in outcome.result}
    shown = replace(outcome, diff="".join(_without_plain(outcome.diff, set(outcome.edits) - encrypted)))
    result = {"files": files, "commit": outcome.commit}
    delivery.finish("encrypt-secret", shown, target, format_, result=result, text=_text(outcome))


def _without_plain(diff: str, harmless: set[str]) -> Iterator[str]:
    """Hide the lines that a diff takes out, in all but `harmless` files: they are what is to be encrypted."""
    hide = in_hunk = False
    for line in re.findall(r"[^\n]*\n|[^\n]+", diff):
        if line.startswith("diff --git "):
            hide, in_hunk = not any(line == f"diff --git a/{path} b/{path}\n" for path in harmless), False
        in_hunk = in_hunk or line.startswith("@@ ")
        yield HIDDEN if hide and in_hunk and line.startswith("-") else line


def _text(outcome: "Outcome[tuple[Encrypted, ...]]") -> str:
    words = {
        "encrypted": "is encrypted",
        "completed": "is encrypted wholly now",
        "updated": "is encrypted anew where it changed",
        "unchanged": "is encrypted already: nothing to do",
    }
    lines = [f"{entry.path} {words[entry.action]}" for entry in outcome.result]
    return "\n".join([*lines, *place.ending(commit=outcome.commit)])
