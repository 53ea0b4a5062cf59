"""The options that every writing command shares, and what it says at the end."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from infra_tool.cli import report
from infra_tool.errors import EXIT_FINDINGS, UsageError

if TYPE_CHECKING:
    from infra_tool.edits import Change
    from infra_tool.git import Outcome, Ssh

R = TypeVar("R")
Kind = Literal["worktree", "dry-run", "check", "commit", "push"]


@dataclass(frozen=True)
class Target:
    """Where the edits of a writing command go, as asked for on the command line."""

    dry_run: bool
    check: bool
    commit: bool
    push: bool
    remote: str | None
    branch: str | None
    retries: int
    deadline: float
    message: str | None
    author: str | None

    @property
    def kind(self) -> Kind:
        """What is to be done; `--dry-run` and `--check` win over `--push`, which implies `--commit`."""
        if self.dry_run:
            return "dry-run"
        if self.check:
            return "check"
        if self.push or self.remote:
            return "push"
        return "commit" if self.commit else "worktree"

    @property
    def is_dry(self) -> bool:
        """Tell whether nothing is to change."""
        return self.kind in {"dry-run", "check"}

    def deliver(
        self,
        change: "Change[R]",
        *,
        root: Path | None,
        branch: str,
        remote: str | None = None,
        ssh: "Ssh | None" = None,
    ) -> "Outcome[R]":
        """Carry `change` out. `branch` and `remote` are the repo's own, for a push that names none."""
        from infra_tool import git

        delivery = git.Delivery(
            kind=self.kind,
            root=None if self.remote else root,
            remote=self.remote or remote,
            branch=self.branch or branch,
            retries=self.retries,
            deadline=self.deadline,
            message=self.message,
            author=self.author,
            ssh=ssh,
        )
        return git.deliver(change, delivery)


def target(  # noqa: PLR0913 -- these are the shared options, one parameter each
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the diff, change nothing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 when something would change.")] = False,
    commit: Annotated[bool, typer.Option("--commit", help="Commit just these paths.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Commit on the fetched tip of the branch and push.")] = False,
    remote: Annotated[str | None, typer.Option(metavar="URL", help="Push to URL; needs no checkout.")] = None,
    branch: Annotated[str | None, typer.Option(help="Branch to push to.")] = None,
    retries: Annotated[int, typer.Option(min=0, help="New attempts when someone else was faster.")] = 100,
    deadline: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="Give up after this time.")] = 300,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Subject of the commit.")] = None,
    author: Annotated[str | None, typer.Option(metavar="'NAME <MAIL>'", help="Author of the commit.")] = None,
) -> Target:
    """Read the shared options."""
    if dry_run and check:
        raise UsageError("--dry-run and --check exclude each other")
    return Target(dry_run, check, commit, push, remote, branch, retries, deadline, message, author)


def writing(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` the shared options; it receives them as its keyword `target`."""
    own = inspect.signature(command)
    shared = inspect.signature(target).parameters
    parameters = [parameter for name, parameter in own.parameters.items() if name != "target"]

    @functools.wraps(command)
    def run(**given: object) -> None:
        values = {name: given.pop(name) for name in shared}
        command(**given, target=target(**values))  # type: ignore[arg-type]  # typer made each from its annotation

    signature = own.replace(parameters=[*parameters, *shared.values()])
    run.__signature__ = signature  # type: ignore[attr-defined]  # inspect reads it
    run.__annotations__ = {
        **{name: note for name, note in command.__annotations__.items() if name != "target"},
        **{name: note for name, note in target.__annotations__.items() if name != "return"},
    }
    return run


def finish(
    command: str, outcome: "Outcome[R]", target: Target, format_: report.Format, *, result: report.Json, text: str
) -> None:
    """Print how a writing command ended: the diff of a dry run, else `text`; `result` as JSON.

    The exit code of `--check` is 1 when something would change.
    """
    if format_ is report.Format.json:
        report.result(command, result)
    elif target.kind == "dry-run" and outcome.diff:
        print(outcome.diff, end="")
    elif text:
        report.say(text)
    if outcome.hint:
        report.note(f"hint: {outcome.hint}")
    if target.kind == "check" and outcome.edits:
        raise typer.Exit(EXIT_FINDINGS)
