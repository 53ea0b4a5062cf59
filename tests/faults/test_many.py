"""Many bumps at once: all land, in a line, the newest build of each service last; also while things go wrong.

`nox -s soak` runs the last test with INFRA_TOOL_SOAK=500.
"""

import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import soak
from soak import Job

from infra_tool import proc

Server = Any
BUMPS = int(os.environ.get("INFRA_TOOL_SOAK", "60"))
WRITERS = 20
SEED = int(os.environ.get("INFRA_TOOL_SOAK_SEED", "7"))

pytestmark = pytest.mark.slow


@pytest.fixture
def builds(tmp_path: Path) -> Callable[[int], list[str]]:
    """Return what makes commits of an app repo, oldest first."""
    place = tmp_path / "app"
    proc.run(("git", "init", "-q", str(place)))

    def commits(count: int) -> list[str]:
        for number in range(count):
            proc.run(("git", "commit", "-q", "--allow-empty", "-m", str(number)), cwd=place)
        return proc.run(("git", "rev-list", "--reverse", "HEAD"), cwd=place).stdout.decode().split()

    return commits


def command(server: Server, tmp_path: Path, *more: str) -> Callable[[Job], Sequence[str]]:
    app = ("--source-dir", str(tmp_path / "app"), *more)
    return lambda job: [*server.command(job.service, job.tag, *app)[1:]]


def start(server: Server) -> str:
    return proc.run(("git", "rev-parse", "main"), cwd=server.repo).stdout.decode().strip()


def test_fifty_services_at_once(files: Server, builds: Callable[[int], list[str]], tmp_path: Path) -> None:
    [tag] = builds(1)
    seed = start(files)
    jobs = [Job(f"s{number:02}", tag, 0) for number in range(50)]
    tally = soak.run(jobs, 50, command(files, tmp_path), kills=0, seed=SEED)
    assert (tally.codes, tally.lost) == ({0: 50}, []), tally.told
    assert len(files.log) == 51
    soak.check(files.repo, jobs, seed)


def test_twenty_builds_of_one_service_race(files: Server, builds: Callable[[int], list[str]], tmp_path: Path) -> None:
    seed = start(files)
    jobs = [Job("s00", tag, number) for number, tag in enumerate(builds(20))]
    random.Random(SEED).shuffle(jobs)  # noqa: S311 -- no secret
    tally = soak.run(jobs, 20, command(files, tmp_path), kills=0, seed=SEED, machines=20)
    assert (tally.codes, tally.lost) == ({0: 20}, []), tally.told
    soak.check(files.repo, jobs, seed)


def test_a_soak(files: Server, builds: Callable[[int], list[str]], tmp_path: Path) -> None:
    """Lost connections, refusals and pauses by the server, kills of the writers; 20 at once, several builds of each."""
    seed = start(files)
    tags = builds(-(-BUMPS // 20))
    jobs = [Job(f"s{number % 20:02}", tags[number // 20], number // 20) for number in range(BUMPS)]
    random.Random(SEED).shuffle(jobs)  # noqa: S311 -- no secret
    for name, script in (("pre-receive", soak.HOOK), ("post-receive", soak.AFTER)):
        (files.repo / "hooks").mkdir(exist_ok=True)
        (files.repo / "hooks" / name).write_text(script)
        (files.repo / "hooks" / name).chmod(0o755)
    tally = soak.run(jobs, WRITERS, command(files, tmp_path), kills=6, seed=SEED, machines=4)
    print(f"{BUMPS} bumps, exit codes {dict(tally.codes)}")
    assert tally.lost == []
    assert set(tally.codes) <= {0, 3, -9}
    soak.check(files.repo, jobs, seed)
