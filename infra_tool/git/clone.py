"""A private clone of a remote: bare, without history, and without the contents of files until they are read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra_tool.git.command import check_url, run
from infra_tool.git.history import deepener
from infra_tool.git.objects import Objects
from infra_tool.git.partial import fetcher
from infra_tool.git.private import private_directory
from infra_tool.git.tip import Tip

FIRST = ("--depth=1", "--filter=blob:none")
"""A later fetch asks for what came after, with its parents, so that it shows whether a commit is part of the branch."""


@contextmanager
def private_clone(url: str, branch: str, env: Mapping[str, str], end: float) -> Iterator[Tip]:
    """Make a clone of `branch` of `url` in a private directory; nothing is fetched yet.

    Raises UsageError for a URL with a password in it.
    """
    where = check_url(url)
    if Path(where).exists():
        where = str(Path(where).resolve())
    with private_directory() as place:
        run(("init", "--quiet", "--bare", "--template=", "."), cwd=place)
        with (place / "config").open("a", encoding="utf-8") as config:
            config.write(_settings(where))
        ref = f"refs/remotes/origin/{branch}"
        objects = Objects(place, fetcher(place, "origin", env))
        deepen = deepener(place, "origin", f"+refs/heads/{branch}:{ref}", env)
        yield Tip(place, "origin", branch, ref, env, objects, end, deepen=deepen, first=FIRST)


def _settings(url: str) -> str:
    """Return what makes a repo a partial clone; writing it here saves a process for each line."""
    quoted = url.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return (
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = origin\n"
        f'[remote "origin"]\n\turl = "{quoted}"\n\tpromisor = true\n\tpartialclonefilter = blob:none\n'
        "[gc]\n\tauto = 0\n"
    )
