"""A private clone of a remote: bare, without history, and without the contents of files until they are read."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra_tool.git.command import check_url, run
from infra_tool.git.history import deepener
from infra_tool.git.kept import kept_directory
from infra_tool.git.objects import Objects
from infra_tool.git.partial import fetcher
from infra_tool.git.private import private_directory
from infra_tool.git.tip import Tip

FIRST = ("--depth=1", "--filter=blob:none")
"""A later fetch asks for what came after, with its parents, so that it shows whether a commit is part of the branch."""


@contextmanager
def kept_clone(url: str, branch: str, env: Mapping[str, str], end: float) -> Iterator[Tip | None]:
    """Yield the clone of `branch` of `url` that the last call left, or one for the next call; nothing is fetched yet.

    None where none can be kept, or another process keeps it for a quarter of the time left: that one talks to the same
    server, and is not faster for having others beside it. Raises UsageError for a URL with a password in it;
    DamagedError when an error in the block came from a damaged clone.
    """
    settings = _settings(_where(url))
    patience = (end - time.monotonic()) / 4
    with kept_directory(settings, branch, patience=patience) as place:
        yield _tip(place, settings, branch, env, end) if place else None


@contextmanager
def private_clone(url: str, branch: str, env: Mapping[str, str], end: float) -> Iterator[Tip]:
    """Yield a clone of `branch` of `url` in a private directory that goes away; nothing is fetched yet.

    Raises UsageError for a URL with a password in it.
    """
    settings = _settings(_where(url))
    with private_directory() as place:
        yield _tip(place, settings, branch, env, end)


def _tip(place: Path, settings: str, branch: str, env: Mapping[str, str], end: float) -> Tip:
    is_new = not (place / "config").exists()
    if is_new:
        run(("init", "--quiet", "--bare", "--template=", "."), cwd=place)
        (place / "config").write_text(settings, encoding="utf-8")
    ref = f"refs/remotes/origin/{branch}"
    objects = Objects(place, fetcher(place, "origin", env, end=end, look=True))
    deepen = deepener(place, "origin", f"+refs/heads/{branch}:{ref}", env, end)
    return Tip(place, "origin", branch, ref, env, objects, end, deepen=deepen, first=FIRST if is_new else ())


def _where(url: str) -> str:
    where = check_url(url)
    return str(Path(where).resolve()) if Path(where).exists() else where


def _settings(url: str) -> str:
    """Return the configuration of a bare partial clone; writing it whole saves a process for each line."""
    quoted = url.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return (
        "[core]\n\tbare = true\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = origin\n"
        f'[remote "origin"]\n\turl = "{quoted}"\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'
        "\tpromisor = true\n\tpartialclonefilter = blob:none\n[gc]\n\tauto = 0\n"
    )
