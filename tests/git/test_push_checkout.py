"""A push from a checkout: built on the server's tip; the checkout follows where nothing is in the way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import git as ours
from infra_tool.edits import Edits, Plan, Snapshot
from infra_tool.errors import InfraToolError, UsageError

Git = Callable[..., str]
FILE = "apps/n8n/deployment.yaml"
HINT = "this checkout does not hold the pushed commit yet: git pull"


def bump(snapshot: Snapshot) -> Plan[str]:
    data = snapshot.tree.read(FILE).replace(b"n8n:v1", b"n8n:v2")
    return Plan(Edits().write(FILE, data), "chore: bump", "done")


def push(root: Path, **more: object) -> ours.Outcome[str]:
    return ours.deliver(bump, ours.Delivery(kind="push", root=root, **more))  # type: ignore[arg-type]


def head(git: Git, place: Path, revision: str = "main") -> str:
    return git(place, "rev-parse", revision)


def test_a_clean_checkout_follows(server: Path, checkout: Path, git: Git) -> None:
    outcome = push(checkout)
    assert outcome.commit == head(git, server) == head(git, checkout, "HEAD") == head(git, checkout, "origin/main")
    assert outcome.hint is None
    assert git(checkout, "status", "--porcelain", "--branch") == "## main...origin/main"
    assert b"n8n:v2" in (checkout / FILE).read_bytes()
    assert "infra-tool: fast-forward" in git(checkout, "reflog", "-1")
    assert push(checkout).commit is None


def test_other_local_changes_stay_while_it_follows(server: Path, checkout: Path, git: Git) -> None:
    (checkout / "bin/run").write_text("local\n")
    (checkout / "staged").write_text("staged\n")
    git(checkout, "add", "staged")
    assert push(checkout).hint is None
    assert git(checkout, "status", "--porcelain") == " M bin/run\nA  staged"
    assert head(git, checkout, "HEAD") == head(git, server)


@pytest.mark.parametrize("obstacle", ["own commit", "other branch", "local change", "staged change", "behind"])
def test_a_checkout_with_something_in_the_way_stays_as_it_is(
    server: Path, checkout: Path, git: Git, tmp_path: Path, obstacle: str
) -> None:
    if obstacle == "own commit":
        git(checkout, "commit", "-q", "--allow-empty", "-m", "own")
    elif obstacle == "other branch":
        git(checkout, "checkout", "-q", "-b", "other")
    elif obstacle == "behind":
        git(tmp_path, "clone", "-q", str(server), "rival")
        git(tmp_path / "rival", "commit", "-q", "--allow-empty", "-m", "rival")
        git(tmp_path / "rival", "push", "-q")
    else:
        (checkout / FILE).write_text("a: local\nimage: n8n:v1\n")
        git(checkout, *(["add", FILE] if obstacle == "staged change" else ["status"]))
    before = head(git, checkout, "HEAD"), git(checkout, "status", "--porcelain"), (checkout / FILE).read_bytes()
    outcome = push(checkout)
    assert outcome.hint == HINT
    assert (
        head(git, checkout, "HEAD"),
        git(checkout, "status", "--porcelain"),
        (checkout / FILE).read_bytes(),
    ) == before
    assert git(server, "log", "-1", "--format=%s", "main") == "chore: bump"
    assert "own" not in git(server, "log", "--format=%s", "main").split()


def test_from_a_directory_of_the_checkout(server: Path, checkout: Path, git: Git) -> None:
    def plan(snapshot: Snapshot) -> Plan[str]:
        assert list(snapshot.tree.entries) == ["n8n/deployment.yaml", "sp ace/ü.yaml"]
        return Plan(Edits().write("new", b"x\n"), "feat: new", "done")

    ours.deliver(plan, ours.Delivery(kind="push", root=checkout / "apps"))
    assert git(server, "show", "main:apps/new") == "x"
    assert (checkout / "apps/new").read_bytes() == b"x\n"


def test_a_checkout_without_origin_pushes_to_the_remote_it_is_given(bare: Path, checkout: Path, git: Git) -> None:
    with pytest.raises(UsageError, match="the repo has no remote named origin"):
        push(checkout)
    git(checkout, "push", "-q", str(bare), "main")
    assert push(checkout, remote=str(bare)).commit == head(git, bare)
    assert git(checkout, "remote") == ""


def test_a_failed_push_changes_nothing(server: Path, checkout: Path, git: Git) -> None:
    before = head(git, checkout, "HEAD"), git(checkout, "for-each-ref")
    server.rename(server.with_name("gone.git"))
    with pytest.raises(InfraToolError, match="git fetch failed"):
        push(checkout)
    assert (head(git, checkout, "HEAD"), git(checkout, "for-each-ref")) == before
    assert git(checkout, "status", "--porcelain") == ""


def test_local_hooks_do_not_run(server: Path, checkout: Path, git: Git) -> None:
    for name in ("pre-push", "pre-commit", "post-checkout", "post-merge", "reference-transaction"):
        hook = checkout / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\necho {name} >> {checkout.parent}/ran\n[ {name} = reference-transaction ]\n")
        hook.chmod(0o755)
    assert push(checkout).commit == head(git, server)
    ran = checkout.parent / "ran"
    assert set(ran.read_text().split() if ran.exists() else ()) <= {"reference-transaction"}


def test_a_branch_that_is_set_back_meanwhile_stays_so(server: Path, checkout: Path, git: Git) -> None:
    """The checkout holds what was dropped, so that a push on top of it would bring all of it back."""
    git(checkout, "commit", "-q", "--allow-empty", "-m", "wrong")
    git(checkout, "push", "-q")
    plans: list[Snapshot] = []

    def change(snapshot: Snapshot) -> Plan[str]:
        plans.append(snapshot)
        if len(plans) == 1:
            git(server, "update-ref", "refs/heads/main", "main~")
        return bump(snapshot)

    outcome = ours.deliver(change, ours.Delivery(kind="push", root=checkout))
    assert outcome.attempts == 2
    assert git(server, "log", "--format=%s", "main").splitlines() == ["chore: bump", "first"]
