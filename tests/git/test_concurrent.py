"""Many at once on one branch: all land, one after the other."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra_tool.proc import Completed

Git = Callable[..., str]
Act = Callable[..., Completed]
WRITERS = 16

pytestmark = pytest.mark.slow


def test_everybody_lands(server: Path, checkout: Path, act: Act, git: Git, tmp_path: Path) -> None:
    """Each on a machine of its own: on one they would wait for each other."""
    for number in range(WRITERS):
        (checkout / f"apps/s{number}.yaml").write_text(f"name: s{number}\nimage: s{number}:v1\n# end\n")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "services")
    git(checkout, "push", "-q")
    tasks = [
        {
            "kind": "push",
            "remote": f"file://{server}",
            "subject": f"s{number}",
            "replace": [[f"apps/s{number}.yaml", f"s{number}:v1", f"s{number}:v2"]],
        }
        for number in range(WRITERS)
    ]
    with ThreadPoolExecutor(WRITERS) as pool:
        own = ({"XDG_CACHE_HOME": str(tmp_path / f"cache{number}")} for number in range(WRITERS))
        results = list(pool.map(lambda task, env: act(task, env=env), tasks, own))
    assert [done.status for done in results] == [0] * WRITERS, [done.stderr for done in results if done.status]
    outcomes = [json.loads(done.stdout) for done in results]
    assert max(outcome["attempts"] for outcome in outcomes) > 1, "somebody had to plan again"
    log = [line.split() for line in git(server, "log", f"-{WRITERS}", "--format=%H %P %s", "main").splitlines()]
    assert sorted(subject for _, _, subject in log) == sorted(f"s{number}" for number in range(WRITERS))
    assert {sha for sha, _, _ in log} == {outcome["commit"] for outcome in outcomes}
    for sha, _, subject in log:
        assert git(server, "diff", "--numstat", f"{sha}~", sha) == f"1\t1\tapps/{subject}.yaml"
    git(server, "fsck", "--strict")


def test_commits_in_one_checkout(checkout: Path, act: Act, git: Git) -> None:
    tasks = [
        {"kind": "commit", "root": str(checkout), "subject": f"w{number}", "write": {f"apps/w{number}.yaml": "a: 1\n"}}
        for number in range(6)
    ]
    with ThreadPoolExecutor(len(tasks)) as pool:
        results = list(pool.map(act, tasks))
    assert [done.status for done in results] == [0] * len(tasks), [done.stderr for done in results if done.status]
    subjects = git(checkout, "log", "--format=%s").splitlines()
    assert sorted(subjects) == ["first", *(f"w{number}" for number in range(6))]
    assert git(checkout, "status", "--porcelain") == ""
