"""What the commands that make things share: where the repo is, what it pushes to, lint, and prompts."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from infra_tool.errors import InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.edits import Tree
    from infra_tool.finding import Finding
    from infra_tool.scaffold import KnownHosts


def infra_root() -> Path:
    """Return the root of the infra repo around the working directory; raises UsageError when there is none."""
    from infra_tool import repo

    return repo.locate(Path.cwd())


def repo_defaults(root: Path | None) -> tuple[str, str | None]:
    """Return the branch and remote that the repo's configuration names for a push."""
    from infra_tool import edits, git, repo

    if root is None:
        return "main", None
    file = edits.on_disk(root, repo.PATH)  # alone: to list all of a big repo takes longer than most commands
    is_link = file is not None and file.mode == edits.SYMLINK
    alone = edits.MemoryTree({repo.PATH: file.data} if file is not None else {})
    config = repo.load_config(git.WorkTree(root) if is_link else alone)
    return config.branch, config.remote


def lint(tree: "Tree") -> "Sequence[Finding]":
    """Judge a tree as it would be."""
    from infra_tool import lint as judge
    from infra_tool import repo

    return judge.run(tree, repo.load_config(tree)).findings


def told(head: str, files: Sequence[str], commit: str | None) -> str:
    """Return what a command says about the files it made."""
    return "\n".join([head, *(f"  {path}" for path in files), *([f"commit {commit}"] if commit else [])])


def set_command(path: str, key: str) -> str:
    """Return the command that gives a stub its value; host keys are several lines, so that nobody can type them."""
    value = f"--from-file {key}=FILE" if key == "known_hosts" else key
    return f"infra-tool secret set {path} {value}"


def ask(question: str, *, flag: str, default: str | None = None) -> str:
    """Ask the person at the terminal; without one, raises UsageError naming the flag that answers."""
    if not sys.stdin.isatty():
        raise UsageError(f"{flag} is missing", hint="without a terminal nothing is asked")
    return str(typer.prompt(question, default=default, err=True))


def read_environment(name: str) -> str:
    """Return a secret value from a named environment variable; raises UsageError when it is not set, or no text."""
    value = os.environ.get(name)
    if value is None:
        raise UsageError(f"the environment variable {name} is not set")
    return as_text(os.fsencode(value), f"the environment variable {name}")


def as_text(data: bytes, what: str) -> str:
    """Return what came from outside as text; raises UsageError, which does not quote it, when it is none."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UsageError(f"{what} is no UTF-8 text") from None


def read_text(path: Path) -> str:
    """Return the text of a file that a person names; raises InfraToolError when it cannot be read, or is none."""
    try:
        return as_text(path.read_bytes(), str(path))
    except OSError as error:
        raise InfraToolError(f"cannot read {path}: {error.strerror}") from error


def known_hosts(given: Path | None) -> "KnownHosts":
    """Read the host keys that the person trusts: of the file that was given, or of the one that ssh keeps."""
    from infra_tool.scaffold import KnownHosts

    if given is not None:
        return KnownHosts(read_text(given), str(given))
    own = Path.home() / ".ssh/known_hosts"
    try:
        return KnownHosts(own.read_text(encoding="utf-8", errors="replace") if own.is_file() else "")
    except OSError as error:
        raise InfraToolError(f"cannot read {own}: {error.strerror}", hint="--known-hosts FILE") from error


def person(root: Path) -> str:
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
