"""Kills before each step on the outside world: nothing is lost, and the same call again completes."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra_tool.proc import Completed

Git = Callable[..., str]
Act = Callable[..., Completed]
FILE = "apps/n8n/deployment.yaml"
OLD, NEW = "n8n:v1", "n8n:v2"

pytestmark = pytest.mark.slow


def faults(act: Act, task: dict[str, object], fresh: Callable[[], None]) -> Iterator[str]:
    """Start from fresh for each step and kill before it; yield the step's name when that has happened."""
    for fault in range(1, 200):
        fresh()
        done = act(task, fault=fault)
        if done.status == 0:
            return
        assert done.status == -9, done.stderr.decode()
        yield done.stderr.decode().strip().splitlines()[-1]
    raise AssertionError("the call does not end")


def completed(act: Act, task: dict[str, object]) -> dict[str, object]:
    done = act(task)
    assert done.status == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture
def fresh(server: Path, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Put server and checkout back as they were."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    kept = tmp_path / "kept"
    for place in (server, checkout):
        shutil.copytree(place, kept / place.name, symlinks=True)

    def restore() -> None:
        for place in (server, checkout):
            shutil.rmtree(place)
            shutil.copytree(kept / place.name, place, symlinks=True)

    return restore


def edits(**more: object) -> dict[str, object]:
    return {"replace": [[FILE, OLD, NEW]], "write": {"apps/new/a.yaml": "a: 1\n", "apps/new/b.yaml": "b: 1\n"}, **more}


def is_whole(git: Git, place: Path) -> None:
    """Nothing of the repo is damaged, and every file is either the old or the new one."""
    git(place, "fsck", "--connectivity-only")


@pytest.mark.parametrize("kept", [False, True])
def test_a_push(server: Path, act: Act, git: Git, fresh: Callable[[], None], home: Path, *, kept: bool) -> None:
    """With a clone that an earlier call left, killing damages that clone: the next call does without."""
    task = edits(kind="push", remote=f"file://{server}")
    seen = []

    def start() -> None:
        fresh()
        if not kept:
            shutil.rmtree(home / ".cache", ignore_errors=True)

    if kept:
        act({**task, "kind": "check"})
    for step in faults(act, task, start):
        seen.append(step)
        is_whole(git, server)
        outcome = completed(act, task)
        log = git(server, "log", "--format=%H %s", "main").splitlines()
        assert [line.partition(" ")[2] for line in log] == ["change", "first"], step
        assert outcome["commit"] in {None, log[0].partition(" ")[0]}
        assert NEW in git(server, "show", f"main:{FILE}")
        assert git(server, "show", "main:apps/new/b.yaml") == "b: 1"
    assert {"killed before Popen fetch --quiet", "killed before Popen push --porcelain"} <= set(seen)
    assert ("killed before Popen init --quiet" in seen) != kept


@pytest.mark.parametrize("kind", ["worktree", "commit", "push"])
def test_in_a_checkout(server: Path, checkout: Path, act: Act, git: Git, fresh: Callable[[], None], kind: str) -> None:
    task = edits(kind=kind, root=str(checkout))
    local = checkout / "bin/run"
    seen = []

    def start() -> None:
        fresh()
        local.write_text("local\n")

    for step in faults(act, task, start):
        seen.append(step)
        is_whole(git, checkout)
        is_whole(git, server)
        assert (checkout / FILE).read_text().count("\n") == 5, step
        unlocked(checkout)
        completed(act, task)
        ends = {"worktree": ["first"], "commit": ["change", "first"], "push": ["change", "first"]}[kind]
        place = server if kind == "push" else checkout
        assert git(place, "log", "--format=%s", "main").splitlines() == ends, step
        if kind == "push":
            git(checkout, "pull", "-q", "--rebase", "--autostash")
        assert NEW in (checkout / FILE).read_text()
        assert (checkout / "apps/new/b.yaml").read_text() == "b: 1\n"
        assert local.read_text() == "local\n"
        changed = {line[3:] for line in git(checkout, "status", "--porcelain", "-uall").splitlines()}
        assert changed == {"bin/run", *({FILE, "apps/new/a.yaml", "apps/new/b.yaml"} if kind == "worktree" else ())}, (
            step
        )
    assert any("replace" in step for step in seen) or kind == "push"


def unlocked(checkout: Path) -> None:
    """Take a lock away that a killed git left, as git tells a person to."""
    (checkout / ".git/index.lock").unlink(missing_ok=True)
