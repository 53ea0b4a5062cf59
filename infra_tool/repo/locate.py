"""Find the infra repo that a directory belongs to."""

from pathlib import Path

from infra_tool import git
from infra_tool.errors import UsageError
from infra_tool.repo.config import PATH


def locate(start: Path) -> Path:
    """Return the root of the infra repo: the nearest directory from `start` up with a configuration, else the git root.

    A configuration above the git root belongs to another repo and does not count. Raises UsageError when there is
    neither, or no such directory.
    """
    if not start.is_dir():
        raise UsageError(f"{start} is no directory")
    here = start.resolve()
    for directory in (here, *here.parents):
        if (directory / PATH).is_file():
            return directory
        if (directory / ".git").exists():
            break
    root = git.root(here)
    if root is None:
        raise UsageError(
            f"{start} is in no infra repo", hint="run it inside of one, use -C DIR, or run infra-tool init"
        )
    return root
