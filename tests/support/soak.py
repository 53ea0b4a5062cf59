"""Many bumps by many writers at once, while things go wrong; what must hold at the end, whatever happened.

Every writer is a process of the real command line. A bump that fails or is killed is run again, as a CI job would be.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

Command = Callable[["Job"], Sequence[str]]
RUN = (sys.executable, "-m", "infra_tool")
AGAIN = 8
"""How often one job is run before the soak counts it as lost."""

PASSING = (3, -signal.SIGKILL)
"""After these the same call is worth another try."""

HOOK = """#!/bin/sh
case $(od -An -N1 -tu1 /dev/urandom | tr -d ' ') in
  [0-9]|1[0-9]) kill -9 $PPID;;
  2[0-9]|3[0-9]) echo "cannot lock ref" >&2; exit 1;;
  4[0-9]) sleep 1;;
esac
exit 0
"""
"""Before a commit is taken: hangs up, refuses, is slow, each now and then."""

AFTER = """#!/bin/sh
case $(od -An -N1 -tu1 /dev/urandom | tr -d ' ') in [0-9]|1[0-9]) kill -9 $PPID;; esac
exit 0
"""
"""After a commit was taken: hangs up before it says so."""


@dataclass
class Job:
    """One bump, as a CI job runs it; `order` is the place of its build among those of its service."""

    service: str
    tag: str
    order: int


@dataclass
class Tally:
    """What the writers saw."""

    codes: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    """What the failed calls said last."""


def run(
    jobs: Sequence[Job],
    writers: int,
    command: Callable[[Job], Sequence[str]],
    *,
    kills: int,
    seed: int,
    machines: int = 1,
) -> Tally:
    """Run all jobs with `writers` at once; one call in `kills` is killed at a random moment (0: none).

    Writers on one machine share their kept clone.
    """
    tally = Tally()
    chance = random.Random(seed)  # noqa: S311 -- no secret
    moments = {id(job): chance.random() * 2 if kills and not chance.randrange(kills) else None for job in jobs}

    def work(job: Job) -> None:
        for turn in range(AGAIN):
            env = {**os.environ, "XDG_CACHE_HOME": f"{os.environ['XDG_CACHE_HOME']}/{jobs.index(job) % machines}"}
            code, told = _call(command(job), env, moments[id(job)] if turn == 0 else None)
            tally.codes[code] += 1
            if code == 0:
                return
            tally.told[next(iter(reversed(told.splitlines())), "")] += 1
            if code not in PASSING:
                break
        tally.lost.append(f"{job}: {code}: {told}")

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(work, jobs))
    return tally


def _call(command: Sequence[str], env: dict[str, str], moment: float | None) -> tuple[int, str]:
    process = subprocess.Popen([*RUN, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    if moment is not None:
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
    _, told = process.communicate()
    return process.returncode, told.decode(errors="replace")


def check(repo: Path, jobs: Sequence[Job], seed: str) -> None:
    """Hold the branch of a bare repo against what must be true: raises AssertionError where it is not."""
    commits = _git(repo, "log", "--format=%H %P", f"{seed}..main").splitlines()
    assert all(len(line.split()) == 2 for line in commits), "the branch is no line"
    assert _git(repo, "merge-base", seed, "main") == seed, "something was lost from its start"
    order = {job.tag: job.order for job in jobs}
    ran: dict[str, list[int]] = {}
    for sha, _ in reversed([line.split() for line in commits]):
        stat = _git(repo, "diff", "--numstat", f"{sha}~", sha).splitlines()
        assert len(stat) == 1, (sha, stat)
        added, removed, path = stat[0].split("\t")
        assert (added, removed) == ("1", "1"), (sha, stat)
        service = path.split("/")[1]
        message = _git(repo, "log", "-1", "--format=%B", sha)
        tag = message.partition("→ ")[2].split("\n")[0]
        assert f"Deployed: {service} " in message, message
        assert _git(repo, "show", f"{sha}:{path}").rpartition(":")[2] == tag, "the file says something else"
        ran.setdefault(service, []).append(order[tag])
    for service in {job.service for job in jobs}:
        orders = ran[service]
        assert orders == sorted(set(orders)), f"{service} went back, or was deployed twice: {orders}"
        assert orders[-1] == max(job.order for job in jobs if job.service == service), f"{service} is not the newest"
    _git(repo, "fsck", "--strict")


def _git(repo: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=repo, check=True, capture_output=True).stdout.decode().strip()
