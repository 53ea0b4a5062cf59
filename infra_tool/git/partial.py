"""Partial clones: objects that are missing are fetched together, not one by one as git does when it meets them."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra_tool.git.command import failed, run
from infra_tool.git.environment import environment
from infra_tool.git.objects import Fetch
from infra_tool.git.talk import insist

FETCH = (
    "-c",
    "fetch.negotiationAlgorithm=noop",
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--recurse-submodules=no",
    "--filter=blob:none",
    "--stdin",
)
"""What git itself runs for one missing object (promisor-remote.c), for many."""

PROMISOR = r"^(remote\..*\.promisor|extensions\.partialclone)$"
"""Where git notes the remote of a partial clone; the second is an older git's."""

LOCAL = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
"""Keeps git from fetching missing objects one by one; versions before 2.45 know the second variable only, and fail."""


def missing_fetcher(place: Path) -> Fetch | None:
    """Return what fetches the missing objects of the repo at `place`; None where nothing can be missing."""
    done = run(("config", "-z", "--get-regexp", PROMISOR), cwd=place, ok=None)
    match = re.search(rb"remote\.(.*)\.promisor\ntrue\0|extensions\.partialclone\n(.*)\0", done.stdout)
    return fetcher(place, os.fsdecode(match[1] or match[2])) if match else None


def fetcher(
    place: Path, remote: str, env: Mapping[str, str] | None = None, *, end: float | None = None, look: bool = False
) -> Fetch:
    """Return what fetches objects of `remote` into the repo at `place`, each once, until the moment `end`.

    `look` whether all are there before talking to the server.
    """
    known: set[str] = set()

    def fetch(ids: Iterable[str]) -> None:
        wanted = [name for name in dict.fromkeys(ids) if name not in known]
        if not wanted or (look and _has(place, wanted)):
            return
        command = (*FETCH, remote)
        done = insist(command, cwd=place, env=env, end=end, stdin="\n".join((*wanted, "")).encode())
        if done.status != 0:
            raise failed(command, done)
        known.update(wanted)

    return fetch


def _has(place: Path, ids: Iterable[str]) -> bool:
    stdin = "\n".join((*ids, "")).encode()
    done = run(("cat-file", "--batch-check"), cwd=place, stdin=stdin, ok=None, env=environment(extra=LOCAL))
    return done.status == 0 and b" missing\n" not in done.stdout
