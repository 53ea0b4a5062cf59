"""What others do to the branch between the fetch and the push of a bump, and a machine whose clock is wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra_tool import deploy, git, proc
from infra_tool.apps import Version
from infra_tool.deploy import Bumped, Policy, Source, Wanted
from infra_tool.edits import Plan, Snapshot
from infra_tool.errors import UsageError

Server = Any
Person = Callable[..., None]
Meanwhile = Callable[[], object]


def bump(server: Server, tag: str, meanwhile: Meanwhile, source: Source | None = None) -> git.Outcome[Bumped]:
    """Bump s00; `meanwhile` happens when the first plan has been made."""
    wanted = [Wanted(service="s00", version=Version(tag))]
    change = deploy.bump(wanted, source or Source(), Policy())
    plans: list[int] = []

    def planned(snapshot: Snapshot) -> Plan[Bumped]:
        plan = change(snapshot)
        if not plans:
            meanwhile()
        plans.append(1)
        return plan

    return git.deliver(planned, git.Delivery(kind="push", remote=server.url))


def test_the_service_was_moved(files: Server, person: Person) -> None:
    outcome = bump(files, "v1", lambda: move(person))
    assert outcome.attempts == 2
    assert [change.path for change in outcome.result.services[0].changes] == ["services/s00/pod.yaml"]
    assert files.log == ["chore(deploy): s00 → v1", "move", "first"]


def move(person: Person) -> None:
    person(
        ("config", "alias.sub", "!f() { sed -i 's|apps/s00$|services/s00|' clusters/koala/kustomization.yaml; }; f"),
        ("config", "alias.mk", "!mkdir -p services"),
        ("mk",),
        ("mv", "apps/s00", "services/s00"),
        ("sub",),
        ("commit", "-qam", "move"),
        ("push", "-q"),
    )


def test_the_service_was_removed(files: Server, person: Person) -> None:
    def remove() -> None:
        person(("rm", "-qr", "apps/s00"), ("commit", "-qm", "remove"), ("push", "-q"))

    with pytest.raises(UsageError, match="there is no service s00"):
        bump(files, "v1", remove)
    assert files.log == ["remove", "first"]


def test_the_service_was_held(files: Server, person: Person) -> None:
    def hold() -> None:
        change = deploy.hold("s00", deploy.Hold("a person", None, "look first"))
        git.deliver(change, git.Delivery(kind="push", remote=files.url))

    outcome = bump(files, "v1", hold)
    assert person
    assert [service.action for service in outcome.result.services] == ["held"]
    assert files.log == ["chore(hold): s00", "first"]


def test_the_branch_was_written_anew(files: Server, person: Person) -> None:
    """Forced to a history that shares no commit with what was fetched."""

    def rewrite() -> None:
        person(("checkout", "-q", "--orphan", "new"), ("commit", "-qm", "anew"), ("push", "-qf", "origin", "new:main"))

    outcome = bump(files, "v1", rewrite)
    assert outcome.attempts == 2
    assert files.log == ["chore(deploy): s00 → v1", "anew"]


def test_the_branch_was_set_back(files: Server, person: Person) -> None:
    """What was dropped stays dropped, although a push on top of it would have been a fast-forward."""
    person(("commit", "-q", "--allow-empty", "-m", "wrong"), ("push", "-q"))
    outcome = bump(files, "v1", lambda: person(("push", "-qf", "origin", "HEAD~:main")))
    assert outcome.attempts == 2
    assert files.log == ["chore(deploy): s00 → v1", "first"]


def test_the_branch_was_removed(files: Server, person: Person) -> None:
    proc.run(("git", "config", "receive.denyDeleteCurrent", "ignore"), cwd=files.repo)
    with pytest.raises(UsageError, match="the remote has no branch main"):
        bump(files, "v1", lambda: person(("push", "-q", "origin", "HEAD:other"), ("push", "-q", "origin", ":main")))


def test_a_newer_build_was_deployed(files: Server, tmp_path: Path) -> None:
    """The older one sees it in its second plan, and steps back."""
    app = tmp_path / "app"
    proc.run(("git", "init", "-q", str(app)))
    for number in range(2):
        proc.run(("git", "commit", "-q", "--allow-empty", "-m", str(number)), cwd=app)
    new, old = proc.run(("git", "rev-list", "HEAD"), cwd=app).stdout.decode().split()
    source = Source(directory=app)
    outcome = bump(files, old, lambda: bump(files, new, lambda: None, source), source)
    assert [service.action for service in outcome.result.services] == ["superseded"]
    assert files.tag("s00") == new


@pytest.mark.parametrize("year", [1999, 2037])
def test_the_clock_is_wrong(files: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, year: int) -> None:
    """Commits from another time change no order: ancestry decides."""
    app = tmp_path / "app"
    proc.run(("git", "init", "-q", str(app)))
    for number in range(3):
        for role in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{role}_DATE", f"{2030 - number}-01-01T00:00:00Z")
        proc.run(("git", "commit", "-q", "--allow-empty", "-m", str(number)), cwd=app)
    third, second, first = proc.run(("git", "rev-list", "HEAD"), cwd=app).stdout.decode().split()
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_DATE", f"{year}-01-01T00:00:00Z")
    source = Source(directory=app)
    actions = [
        bump(files, tag, lambda: None, source).result.services[0].action for tag in (second, first, third, second)
    ]
    assert actions == ["deployed", "superseded", "deployed", "superseded"]
    assert files.tag("s00") == third
