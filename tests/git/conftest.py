"""Real repositories and what the tests do with them."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import proc
from infra_tool.proc import Completed

ACTOR = Path(__file__).with_name("actor.py")
SEED = {
    ".infra-tool.yaml": "version: 1\n",
    "apps/n8n/deployment.yaml": "a: 1\nimage: n8n:v1\nb: 2\nc: 3\nd: 4\n",
    "apps/sp ace/ü.yaml": "image: ü:v1\r\nlast: no newline",
    "bin/run": "#!/bin/sh\n",
}

Git = Callable[..., str]
Act = Callable[..., Completed]


def run_git(cwd: Path, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> str:
    done = proc.run(("git", *arguments), cwd=cwd, stdin=stdin.encode(), env={**os.environ, **(env or {})})
    return done.stdout.decode().rstrip("\n")


@pytest.fixture
def git() -> Git:
    """Run git in a directory and return what it printed."""
    return run_git


@pytest.fixture
def checkout(git_repo: Path) -> Path:
    """Return a checkout with one commit."""
    for path, text in SEED.items():
        (git_repo / path).parent.mkdir(parents=True, exist_ok=True)
        (git_repo / path).write_bytes(text.encode())
    (git_repo / "bin/run").chmod(0o755)
    run_git(git_repo, "add", "-A")
    run_git(git_repo, "commit", "-q", "-m", "first")
    return git_repo


@pytest.fixture
def server(bare: Path, checkout: Path) -> Path:
    """Return a bare repo that holds the commit of `checkout`, which has it as origin and is up to date."""
    run_git(checkout, "remote", "add", "origin", str(bare))
    run_git(checkout, "push", "-q", "-u", "origin", "main")
    return bare


@pytest.fixture
def act() -> Act:
    """Run a delivery in a process of its own; `fault` kills it before its n-th step on the outside world."""

    def run(task: dict[str, object], *, fault: int = 0, env: dict[str, str] | None = None) -> Completed:
        command = (sys.executable, str(ACTOR), json.dumps(task), str(fault))
        return proc.run(command, env={**os.environ, **(env or {})}, ok=None, timeout=120)

    return run


@pytest.fixture
def fetches(home: Path) -> Callable[[], list[list[str]]]:
    """Return the fetch commands of git so far, in order; it traces every process, as its global configuration says."""
    trace = home / "trace"
    trace.mkdir()
    run_git(home, "config", "--global", "trace2.eventTarget", str(trace))

    def seen() -> list[list[str]]:
        events = [json.loads(line) for file in sorted(trace.iterdir()) for line in file.read_text().splitlines()]
        starts = [event["argv"] for event in events if event["event"] == "start"]
        return [argv for argv in starts if "fetch" in argv[:4]]

    return seen
