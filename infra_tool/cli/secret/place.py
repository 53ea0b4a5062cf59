"""What the commands on secrets share: the file that is meant, the keys, and how a plan is carried out."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from infra_tool.cli import scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.edits import Edits, Plan, Snapshot, Tree
    from infra_tool.finding import Finding
    from infra_tool.git import Outcome
    from infra_tool.secrets import Session
    from infra_tool.sops import Identities

R = TypeVar("R")

PathArgument = Annotated[Path, typer.Argument(metavar="PATH", help="The file.")]
IdentityOption = Annotated[
    Path | None, typer.Option("--identity", metavar="FILE", help="Private key, instead of those that sops would find.")
]
NoRestartOption = Annotated[
    bool, typer.Option("--no-restart", help="Leave the annotation alone that makes pods restart.")
]

AcceptTypesOption = Annotated[
    bool, typer.Option("--accept-types", help="Take values without quotes as sops does: 0755 as 493, a date as a time.")
]


def root(target: Target | None = None) -> Path | None:
    """Return the checkout to work on; None for a command that works on a remote only."""
    return None if target is not None and target.remote else scaffolding.infra_root()


def inside(root: Path | None, path: Path) -> str:
    """Return what was typed as a path below the root of the repo; without a checkout it is one already.

    Raises UsageError for a path outside of the repo.
    """
    if root is None:
        place = os.path.normpath(path)
        if place.startswith(("/", "..")):
            raise UsageError(f"{path} is no path inside of the repo")
        return Path(place).as_posix()
    place_ = (Path.cwd() / path).parent.resolve() / path.name
    if not place_.is_relative_to(root) or place_ == root:
        raise UsageError(f"{path} is not inside of the infra repo {root}")
    return place_.relative_to(root).as_posix()


def session(root: Path | None, identity: Path | None, *, accept_types: bool = False) -> "Session":
    """Return the keys of this machine, or those of `identity`, with lint as the judge of every result."""
    from infra_tool import secrets

    return secrets.Session(
        keys=lambda: keys(identity), root=root, lint=_errors, identity=identity, accept_types=accept_types
    )


def _errors(tree: "Tree", edits: "Edits") -> "Sequence[Finding]":
    """Return what lint has against edits."""
    from infra_tool.lint import guard

    return guard.errors(tree, edits)


def keys(identity: Path | None) -> "Identities":
    """Read the private keys from where sops looks for them, or from one file alone."""
    from infra_tool import sops

    return sops.from_file(identity) if identity else sops.identities(os.environ, Path.home())


def tree(root: Path | None) -> "Tree":
    """Return the files on disk."""
    from infra_tool import git

    return git.WorkTree(root or scaffolding.infra_root())


def deliver(
    plan: "Callable[[Snapshot, Session], Plan[R]]", session: "Session", target: Target, root: Path | None
) -> "Outcome[R]":
    """Carry a plan out, with the secrets backend that the repo's configuration names."""
    branch, remote = scaffolding.repo_defaults(root)
    return target.deliver(
        lambda snapshot: plan(snapshot, session.on(snapshot.tree)), root=root, branch=branch, remote=remote
    )


def ending(restarted: tuple[str, ...] = (), commit: str | None = None) -> list[str]:
    """Return the lines that end what a writing command says: the workloads that restart, the commit."""
    return [*(f"{workload} will restart" for workload in restarted), *([f"commit {commit}"] if commit else [])]
