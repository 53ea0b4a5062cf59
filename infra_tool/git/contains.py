"""Whether a commit of a remote branch holds another, asked again while the branch moves on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra_tool.git.command import check_url, failed, run
from infra_tool.git.environment import environment
from infra_tool.git.private import private_directory
from infra_tool.git.ssh import Ssh, connection
from infra_tool.git.talk import insist

FETCH = ("fetch", "--quiet", "--no-tags", "--filter=tree:0")


@contextmanager
def containing(url: str, branch: str, ssh: Ssh | None, deadline: float) -> Iterator[Callable[[str, str], bool]]:
    """Yield what tells whether a commit of `branch` of `url` holds an older one; commits alone are fetched, when asked.

    It raises InfraToolError when the server cannot be asked within `deadline` seconds.
    """
    where = str(Path(url).resolve()) if Path(url).exists() else check_url(url)
    end = time.monotonic() + deadline
    with connection(ssh, where) as extra, private_directory() as place:
        env = environment(extra=extra)
        run(("init", "--quiet", "--bare", "--template=", "."), cwd=place)

        def contains(commit: str, older: str) -> bool:
            if not _has(place, commit):
                command = (*FETCH, where, f"+refs/heads/{branch}:refs/heads/{branch}")
                done = insist(command, cwd=place, env=env, end=end)
                if done.status != 0:
                    raise failed(command, done)
            if not (_has(place, commit) and _has(place, older)):
                return False
            return run(("merge-base", "--is-ancestor", older, commit), cwd=place, ok=None).status == 0

        yield contains


def _has(place: Path, commit: str) -> bool:
    command = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
    return run(command, cwd=place, ok=None).status == 0
