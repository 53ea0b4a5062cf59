"""What the checkout of an app repo says of the image that is built from it."""

from pathlib import Path
from typing import NamedTuple

from infra_tool import git
from infra_tool.errors import RefusedError, UsageError
from infra_tool.git.command import redact

WEB = ("https://", "http://")


class Checkout(NamedTuple):
    """A commit: its full id, its time in seconds since the epoch, and what stands in the way of calling files by it."""

    commit: str
    time: int
    changed: tuple[str, ...]
    origin: str | None

    def check_clean(self) -> None:
        """Raise RefusedError when the files are not those of the commit, whose id would be the tag."""
        if self.changed:
            more = f" and {len(self.changed) - 1} more" if len(self.changed) > 1 else ""
            raise RefusedError(
                f"{self.changed[0]}{more} is not as in the commit that the image would be called by",
                hint="commit it, put it into .gitignore, or build with --no-push",
            )


def read(directory: Path) -> Checkout:
    """Look at the checkout that `directory` lies in; raises UsageError where there is none, or no commit."""
    if git.root(directory) is None:
        raise UsageError(f"{directory} is in no git repo", hint="an image is called by the commit it is built from")
    told = git.run(("log", "-1", "--format=%H %ct"), cwd=directory, ok=None)
    if told.status != 0:
        raise UsageError(f"{directory} has no commit yet", hint="an image is called by the commit it is built from")
    commit, time = told.stdout.decode().split()
    status = git.run(("status", "--porcelain", "-z", "--no-renames", "."), cwd=directory).stdout
    changed = tuple(record[3:] for record in status.decode(errors="replace").split("\0") if record)
    origin = git.run(("config", "--get", "remote.origin.url"), cwd=directory, ok=(0, 1)).stdout.decode().strip()
    return Checkout(commit, int(time), changed, redact(origin) if origin.startswith(WEB) else None)
