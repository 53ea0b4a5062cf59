"""`infra-tool init`: a new infra repo, or what is missing in one that exists."""

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report, scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.errors import InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.edits import Change, Tree
    from infra_tool.git import Outcome
    from infra_tool.scaffold import Holder, Key, NewRepo, RepoWanted

HOST = re.compile(r"(?:[a-z+]+://)?(?:[^@/]+@)?(?P<host>[^/:]+)(?::\d+/|[:/])(?P<owner>[^/]+)/[^/]+$")


class Layout(StrEnum):
    """How services are registered in a cluster."""

    shared = "shared"
    isolated = "isolated"


class Gate(StrEnum):
    """What stands between a commit and the cluster."""

    hook = "hook"
    branch = "branch"


def init(  # noqa: PLR0913 -- these are its options
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where; here if not given.")] = Path(),
    *,
    registry: Annotated[str | None, typer.Option(metavar="HOST", help="Image registry.")] = None,
    owner: Annotated[str | None, typer.Option(help="Owner of the images in it.")] = None,
    cluster: Annotated[str | None, typer.Option(metavar="NAME", help="Default cluster.")] = None,
    layout: Annotated[Layout | None, typer.Option(help="How services are registered; shared if not given.")] = None,
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Public age key of a person; yours if not given.")
    ] = None,
    recovery_recipient: Annotated[str | None, typer.Option(metavar="KEY", help="Public age key for recovery.")] = None,
    recovery_out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the new recovery key goes; never inside a repo.")
    ] = None,
    gate: Annotated[
        Gate | None, typer.Option(help="What stands between a commit and the cluster; hook if not given.")
    ] = None,
    remote: Annotated[str | None, typer.Option(metavar="URL", help="Where the repo will live, for the config.")] = None,
    branch: Annotated[str | None, typer.Option(help="Branch that is pushed to, for the config.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the diff, change nothing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 when something would change.")] = False,
    commit: Annotated[bool, typer.Option("--commit", help="Commit just these paths.")] = False,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Subject of the commit.")] = None,
    author: Annotated[str | None, typer.Option(metavar="'NAME <MAIL>'", help="Author of the commit.")] = None,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Make an infra repo, or add what is missing to one; nothing else in it changes."""
    from infra_tool import git, scaffold

    if remote is not None:
        git.check_url(remote)
    target = delivery.target(dry_run=dry_run, check=check, commit=commit, message=message, author=author)
    root = _root(directory)
    tree = _tree(root)
    people, recovery = find_keys(root, tree, recipient or [], recovery_recipient, recovery_out)
    asked = scaffold.RepoWanted(
        name=root.name,
        registry=_answer(tree, registry, "registry", remote),
        owner=_answer(tree, owner, "owner", remote),
        cluster=cluster,
        layout=layout.value if layout else None,
        remote=remote,
        branch=branch,
        gate=gate.value if gate else None,
        people=people,
        recovery=recovery,
    )
    _carry_out(root, scaffold.init(asked, tree), asked, target, format_)


def _root(directory: Path) -> Path:
    """Return the directory to work on; one inside a git repo is that repo's own, or somebody's mistake."""
    from infra_tool import git

    place = directory.absolute()
    existing = next(parent for parent in (place, *place.parents) if parent.is_dir())
    around = git.root(existing)
    if around is None and git.run(("rev-parse", "--is-inside-git-dir"), cwd=existing, ok=None).stdout == b"true\n":
        raise UsageError(f"{place} is inside of git's own directory", hint="git clone a bare repo, and run this there")
    if around is None or around == place.resolve():
        return place.resolve()
    if (around / ".infra-tool.yaml").is_file():
        return around
    raise UsageError(
        f"{place} is inside the git repo {around}",
        hint=f"infra-tool init {around}, or make this a repo of its own first: git init {place}",
    )


def _tree(root: Path) -> "Tree":
    """Return the files that are there already."""
    from infra_tool import git
    from infra_tool.edits import MemoryTree

    return git.WorkTree(root) if root.is_dir() else MemoryTree({})


def _answer(tree: "Tree", given: str | None, name: str, remote: str | None) -> str | None:
    """Return what was given, ask for it, or leave it to the configuration that is there."""
    from infra_tool import scaffold

    if given is not None or scaffold.has_config(tree):
        return given
    questions = {"registry": "Host of your image registry", "owner": "Owner of your images in it"}
    guessed = HOST.match(remote) if remote else None
    default = (guessed["host"] if name == "registry" else guessed["owner"]) if guessed else None
    return scaffolding.ask(questions[name], flag=f"--{name}", default=default)


def find_keys(
    root: Path, tree: "Tree", recipients: list[str], recovery: str | None, recovery_out: Path | None
) -> "tuple[tuple[Holder, ...], Key | None]":
    """Find or make the keys of the person and of recovery; a repo that has rules keeps those it names.

    Raises UsageError for a key that was given and that the rules do not name.
    """
    from infra_tool import scaffold, sops
    from infra_tool.scaffold import Holder, keys

    if recovery and recovery_out:
        raise UsageError("--recovery-recipient and --recovery-out exclude each other")
    mine = [keys.given(text) for text in recipients]
    spare = keys.given(recovery) if recovery else None
    if recovery_out:
        spare = keys.at(recovery_out.absolute(), flag="--recovery-out", future=root)
    if scaffold.has_rules(tree):
        _check_named(tree, [*mine, *([spare] if spare else [])])
        return (), None
    name = scaffolding.person(root)
    mine = mine or [keys.personal(os.environ, Path.home(), future=root)]
    people = tuple(Holder(name if number == 1 else f"{name} {number}", key) for number, key in enumerate(mine, 1))
    usual = sops.keys_file(os.environ, Path.home()).parent / f"recovery-{root.name}.txt"
    return people, spare or keys.at(usual.absolute(), flag="--recovery-out", future=root)


def _check_named(tree: "Tree", keys: "list[Key]") -> None:
    from infra_tool import sops

    rules = sops.load_rules(tree)
    named = {recipient.text for rule in (rules.rules if rules else ()) for recipient in rule.recipients}
    for key in keys:
        if key.recipient not in named:
            raise UsageError(
                f"{sops.PATH} says already who can open the secrets, and does not name {key.recipient}",
                hint=f"edit {sops.PATH}: init changes nothing that is there",
            )


def _carry_out(
    root: Path, change: "Change[NewRepo]", asked: "RepoWanted", target: Target, format_: report.Format
) -> None:
    import tempfile
    from dataclasses import replace

    from infra_tool.repo import hooks

    branch = asked.branch or "main"
    with tempfile.TemporaryDirectory() as empty:
        # What is refused is refused before a key is made.
        foreseen = target if target.is_dry else replace(target, check=True)
        outcome = foreseen.deliver(change, root=root if root.is_dir() else Path(empty), branch=branch)
    if not target.is_dry:
        _prepare(root, asked, branch)
        outcome = target.deliver(change, root=root, branch=branch)
        hooks.install(root)
    _tell(root, outcome, target, format_, asked)


def _prepare(root: Path, asked: "RepoWanted", branch: str) -> None:
    """Make the repo and the keys that it will be encrypted to: one that is lost is worse than one without use."""
    from infra_tool import git
    from infra_tool.scaffold import keys

    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InfraToolError(f"cannot make {root}: {error.strerror}") from error
    if git.root(root) is None:
        git.run(("init", "--quiet", "--initial-branch", branch), cwd=root)
    for key in new_keys(asked):
        keys.save(key)


def new_keys(asked: "RepoWanted") -> "list[Key]":
    """Return the keys that are yet to be written."""
    return [key for key in (*(holder.key for holder in asked.people), asked.recovery) if key and key.unsaved]


def _tell(root: Path, outcome: "Outcome[NewRepo]", target: Target, format_: report.Format, asked: "RepoWanted") -> None:
    made = outcome.result
    for note in made.notes:
        report.warn(note)
    recovery = asked.recovery
    new = [str(key.path) for key in new_keys(asked)]
    result = {
        "directory": str(root),
        "files": list(made.files),
        "kept": list(made.kept),
        "keys": new,
        "recipients": {
            **{holder.name: holder.key.recipient for holder in asked.people},
            **({"recovery": recovery.recipient} if recovery else {}),
        },
        "gate": made.gate,
        "commit": outcome.commit,
    }
    head = f"{root} lacks files of an infra repo" if target.is_dry else f"{root} is an infra repo"
    text = scaffolding.told(
        head if made.files else f"{root} has all it needs: nothing to do", made.files, outcome.commit
    )
    delivery.finish("init", outcome, target, format_, result=result, text=text)
    if target.is_dry:
        return
    for path in new:
        report.note(f"new private key: {path}")
    if recovery and recovery.unsaved:
        report.note(f"next: move {recovery.path} off this machine, to paper or a medium in a drawer; keep a copy")
    if made.gate == "hook":
        report.note("a push without the hook reaches the cluster unchecked (--gate hook)")
    else:
        report.note(
            "next: protect live on the git server: one user may push, whose token is this repo's secret LIVE_TOKEN"
        )
