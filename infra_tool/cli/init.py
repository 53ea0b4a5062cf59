"""`infra-tool init`: a new infra repo, or what is missing in one that exists."""

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report, scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.errors import UsageError

if TYPE_CHECKING:
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
    gate: Annotated[Gate, typer.Option(help="What stands between a commit and the cluster.")] = Gate.hook,
    remote: Annotated[str | None, typer.Option(metavar="URL", help="Where the repo will live, for the config.")] = None,
    branch: Annotated[str | None, typer.Option(help="Branch that the cluster follows, for the config.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the diff, change nothing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 when something would change.")] = False,
    commit: Annotated[bool, typer.Option("--commit", help="Commit just these paths.")] = False,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Subject of the commit.")] = None,
    author: Annotated[str | None, typer.Option(metavar="'NAME <MAIL>'", help="Author of the commit.")] = None,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Make an infra repo, or add what is missing to one; nothing else in it changes."""
    from infra_tool import git, scaffold

    if gate is Gate.branch:
        raise UsageError("--gate branch is not built yet", hint="--gate hook")
    if remote is not None:
        git.check_url(remote)
    target = delivery.target(dry_run=dry_run, check=check, commit=commit, message=message, author=author)
    root = _root(directory)
    people, recovery = _keys(root, recipient or [], recovery_recipient, recovery_out)
    asked = scaffold.RepoWanted(
        name=root.name,
        registry=_answer(root, registry, "registry", remote),
        owner=_answer(root, owner, "owner", remote),
        cluster=cluster,
        layout=layout.value if layout else None,
        remote=remote,
        branch=branch,
        people=people,
        recovery=recovery,
    )
    _carry_out(root, asked, target, format_)


def _root(directory: Path) -> Path:
    """Return the directory to work on; one inside a git repo is that repo's own, or somebody's mistake."""
    from infra_tool import git

    place = directory.absolute()
    existing = next(parent for parent in (place, *place.parents) if parent.is_dir())
    around = git.root(existing)
    if around is None or around == place.resolve():
        return place.resolve()
    if (around / ".infra-tool.yaml").is_file():
        return around
    raise UsageError(
        f"{place} is inside the git repo {around}",
        hint=f"infra-tool init {around}, or make this a repo of its own first: git init {place}",
    )


def _tree_files(root: Path) -> frozenset[str]:
    return frozenset(name for name in (".infra-tool.yaml", ".sops.yaml") if (root / name).is_file())


def _answer(root: Path, given: str | None, name: str, remote: str | None) -> str | None:
    """Return what was given, ask for it, or leave it to the configuration that is there."""
    if given is not None or ".infra-tool.yaml" in _tree_files(root):
        return given
    questions = {"registry": "Host of your image registry", "owner": "Owner of your images in it"}
    guessed = HOST.match(remote) if remote else None
    default = (guessed["host"] if name == "registry" else guessed["owner"]) if guessed else None
    return scaffolding.ask(questions[name], flag=f"--{name}", default=default)


def _keys(
    root: Path, recipients: list[str], recovery: str | None, recovery_out: Path | None
) -> "tuple[tuple[Holder, ...], Key | None]":
    """Find or make the keys of the person and of recovery; a repo that has rules keeps them."""
    from infra_tool import sops
    from infra_tool.scaffold import Holder, keys

    if ".sops.yaml" in _tree_files(root):
        if recipients or recovery or recovery_out:
            raise UsageError(f"{root / '.sops.yaml'} says already who can open the secrets", hint="edit it")
        return (), None
    if recovery and recovery_out:
        raise UsageError("--recovery-recipient and --recovery-out exclude each other")
    name = _person(root)
    mine = [keys.given(text) for text in recipients] or [keys.personal(os.environ, Path.home())]
    people = tuple(Holder(name if number == 1 else f"{name} {number}", key) for number, key in enumerate(mine, 1))
    place = recovery_out or sops.keys_file(os.environ, Path.home()).parent / f"recovery-{root.name}.txt"
    return people, keys.given(recovery) if recovery else keys.at(place.absolute(), flag="--recovery-out")


def _person(root: Path) -> str:
    """Return what to call the person at this machine."""
    import getpass

    from infra_tool import git

    existing = next(parent for parent in (root, *root.parents) if parent.is_dir())
    told = git.run(("config", "--get", "user.name"), cwd=existing, ok=(0, 1)).stdout.decode(errors="replace").strip()
    try:
        name = told or getpass.getuser()
    except (KeyError, OSError):
        name = "owner"
    return " ".join(name.split()) or "owner"


def _carry_out(root: Path, asked: "RepoWanted", target: Target, format_: report.Format) -> None:
    from infra_tool import git, scaffold
    from infra_tool.repo import hooks

    writes = target.kind not in {"dry-run", "check"}
    made = [key for key in (*(holder.key for holder in asked.people), asked.recovery) if key and key.unsaved]
    if writes:
        root.mkdir(parents=True, exist_ok=True)
        if git.root(root) is None:
            git.run(("init", "--quiet", "--initial-branch", asked.branch or "main"), cwd=root)
        # Before the repo is encrypted to them: a key that is lost is worse than one that nothing uses yet.
        for key in made:
            scaffold.keys.save(key)
    outcome = target.deliver(scaffold.init(asked), root=root, branch=asked.branch or "main")
    if writes:
        hooks.install(root)
    _tell(root, outcome, target, format_, asked)


def _tell(root: Path, outcome: "Outcome[NewRepo]", target: Target, format_: report.Format, asked: "RepoWanted") -> None:
    made = outcome.result
    for note in made.notes:
        report.warn(note)
    recovery = asked.recovery
    new = [str(key.path) for key in (*(holder.key for holder in asked.people), recovery) if key and key.unsaved]
    result = {
        "directory": str(root),
        "files": list(made.files),
        "kept": list(made.kept),
        "keys": new,
        "recipients": {
            **{holder.name: holder.key.recipient for holder in asked.people},
            **({"recovery": recovery.recipient} if recovery else {}),
        },
        "commit": outcome.commit,
    }
    lines = [f"{root} is an infra repo" if made.files else f"{root} has all it needs: nothing to do"]
    lines += [f"  {path}" for path in made.files]
    delivery.finish("init", outcome, target, format_, result=result, text="\n".join(lines))
    if target.kind in {"dry-run", "check"}:
        return
    for path in new:
        report.note(f"new private key: {path}")
    if recovery and recovery.unsaved:
        report.note(f"next: move {recovery.path} off this machine, to paper or a medium in a drawer; keep a copy")
    report.note("a push without the hook reaches the cluster unchecked (--gate hook)")
