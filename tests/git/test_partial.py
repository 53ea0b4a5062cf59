"""Clones without file contents: what a step reads is fetched together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import git as ours
from infra_tool.edits import Edits, Plan, Snapshot

Git = Callable[..., str]
Fetches = Callable[[], list[list[str]]]
COUNT = 12


@pytest.fixture
def wide(server: Path, checkout: Path, git: Git) -> Path:
    """A server with many files, each of another content."""
    for number in range(COUNT):
        (checkout / f"many{number}").write_text(f"content {number}\n")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "many")
    git(checkout, "push", "-q")
    return server


def read_all(snapshot: Snapshot) -> Plan[str]:
    """Read every file in one step, then change one."""
    paths = [path for path in snapshot.tree.entries if path.startswith("many")]
    contents = snapshot.tree.read_many(paths)
    assert {int(data.split()[1]) for data in contents.values()} == set(range(COUNT))
    return Plan(Edits().write("many0", b"content 0\nmore\n"), "change", "done")


def remote(server: Path) -> str:
    return f"file://{server}"


def push(server: Path, plan: Callable[[Snapshot], Plan[str]] = read_all) -> ours.Outcome[str]:
    return ours.deliver(plan, ours.Delivery(kind="push", remote=remote(server)))


def test_one_fetch_for_the_tip_and_one_for_what_is_read(wide: Path, fetches: Fetches) -> None:
    push(wide)
    assert [("--stdin" in argv, "--depth=1" in argv) for argv in fetches()] == [(False, True), (True, False)]


def test_nothing_is_fetched_that_is_not_read(wide: Path, fetches: Fetches) -> None:
    push(wide, lambda _: Plan(Edits().write("new", b"x\n"), "change", "done"))
    assert ["--stdin" in argv for argv in fetches()] == [False]


def test_each_step_is_one_fetch(wide: Path, fetches: Fetches) -> None:
    def plan(snapshot: Snapshot) -> Plan[str]:
        snapshot.tree.read_many(["many1", "many2"])
        snapshot.tree.read_many(["many2", "many3", "many4"])
        snapshot.tree.read("many4")
        return read_all(snapshot)

    push(wide, plan)
    assert sum("--stdin" in argv for argv in fetches()) == 3


def change_on_server(checkout: Path, git: Git) -> None:
    for number in range(1, 4):
        (checkout / f"many{number}").write_text(f"content {number} changed\n")
    git(checkout, "commit", "-q", "-a", "-m", "meanwhile")
    git(checkout, "push", "-q")


def test_a_second_plan_fetches_only_what_is_new(wide: Path, checkout: Path, git: Git, fetches: Fetches) -> None:
    plans: list[int] = []

    def plan(snapshot: Snapshot) -> Plan[str]:
        plans.append(1)
        if len(plans) == 1:
            change_on_server(checkout, git)
        return read_all(snapshot)

    assert push(wide, plan).attempts == 2
    # git itself fetches the commit that it does not know yet when a push is refused.
    planned = [argv for argv in fetches() if "--quiet" in argv]
    assert ["--stdin" in argv for argv in planned] == [False, True, False, True]
    assert len(fetches()) <= len(planned) + 1


def test_a_second_plan_fetches_at_once_what_the_first_read_step_by_step(
    wide: Path, checkout: Path, git: Git, fetches: Fetches
) -> None:
    plans: list[int] = []

    def plan(snapshot: Snapshot) -> Plan[str]:
        plans.append(1)
        for number in range(1, 4):
            snapshot.tree.read(f"many{number}")
        if len(plans) == 1:
            change_on_server(checkout, git)
        return Plan(Edits().write("new", b"x\n"), "change", "done")

    assert push(wide, plan).attempts == 2
    planned = [argv for argv in fetches() if "--quiet" in argv]
    assert ["--stdin" in argv for argv in planned] == [False, True, True, True, False, True]


def test_a_server_without_filters_works_too(wide: Path, git: Git, fetches: Fetches) -> None:
    git(wide, "config", "uploadpack.allowFilter", "false")
    git(wide, "config", "--unset", "uploadpack.allowAnySHA1InWant")
    assert push(wide).commit == git(wide, "rev-parse", "main")
    assert fetches()


def test_a_partial_checkout_of_the_user(wide: Path, tmp_path: Path, git: Git, fetches: Fetches) -> None:
    place = tmp_path / "partial"
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", remote(wide), str(place))
    before = len(fetches())
    tree = ours.CommitTree(place, "HEAD")
    assert tree.entries["many1"].size is None, "a size would be a fetch"
    assert len(tree.read_many([f"many{number}" for number in range(COUNT)])) == COUNT
    assert tree.read("many1") == b"content 1\n"
    assert ["--stdin" in argv for argv in fetches()[before:]] == [True]


def test_the_history_comes_when_it_is_asked_for(wide: Path, git: Git, fetches: Fetches) -> None:
    logs: list[list[str]] = []

    def plan(snapshot: Snapshot) -> Plan[str]:
        logs.append([commit.message for commit in snapshot.log()])
        logs.append([commit.message for commit in snapshot.log(["bin/run"])])
        logs.append([commit.message for commit in snapshot.log()])
        return Plan(Edits().write("new", b"x\n"), "change", "done")

    outcome = push(wide, plan)
    assert logs == [["many", "first"], ["first"], ["many", "first"]]
    assert sum("--unshallow" in argv or "--refetch" in argv for argv in fetches()) == 2
    assert git(wide, "log", "--format=%H", "-1", "main") == outcome.commit
