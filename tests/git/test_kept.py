"""Clones that are kept between calls: faster, private, and never the reason for another result."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from infra_tool import git as ours
from infra_tool.edits import Change, Edits, Plan, Snapshot
from infra_tool.errors import InfraToolError
from infra_tool.git.kept import PACKS, kept_directory

Git = Callable[..., str]
Fetches = Callable[[], list[list[str]]]
FILE = "apps/n8n/deployment.yaml"


def write(text: str) -> Change[str]:
    """Return a change that reads one file and writes another."""

    def plan(snapshot: Snapshot) -> Plan[str]:
        before = snapshot.tree.read(FILE)
        return Plan(Edits().write("note", before + text.encode()), f"note {text}", before.decode())

    return plan


def push(text: str, server: Path, **more: object) -> ours.Outcome[str]:
    delivery = ours.Delivery(kind="push", remote=f"file://{server}", **more)  # type: ignore[arg-type]
    return ours.deliver(write(text), delivery)


@pytest.fixture
def kept(home: Path) -> Callable[[], list[Path]]:
    """Return the clones that are kept."""
    return lambda: sorted((home / ".cache/infra-tool/clones").glob("*/clone-*"))


Kept = Callable[[], list[Path]]


def test_the_second_call_fetches_once_and_nothing_it_has(server: Path, fetches: Fetches, kept: Kept, git: Git) -> None:
    push("a", server)
    [place] = kept()
    assert len(fetches()) == 2
    outcome = push("b", server)
    assert kept() == [place]
    assert [argv[-1] for argv in fetches()[2:]] == ["+refs/heads/main:refs/remotes/origin/main"]
    assert git(server, "log", "--format=%s", "main").splitlines() == ["note b", "note a", "first"]
    assert outcome.commit == git(server, "rev-parse", "main")


def test_a_server_that_sends_everything_is_asked_once(server: Path, fetches: Fetches, git: Git) -> None:
    """It knows no partial clones, and may not let anybody ask for single objects."""
    git(server, "config", "uploadpack.allowFilter", "false")
    git(server, "config", "uploadpack.allowAnySHA1InWant", "false")
    push("a", server)
    assert len(fetches()) == 1


def test_it_is_private(server: Path, kept: Kept) -> None:
    push("a", server)
    [place] = kept()
    assert [path.stat().st_mode & 0o777 for path in (place, place.parent, place.parent.parent)] == [0o700] * 3
    place.parent.chmod(0o755)
    push("b", server)
    assert kept() == [place], "what others may write to is not used, and not removed"
    assert (place / "in-order").exists()


def test_branches_and_servers_have_their_own(server: Path, kept: Kept, git: Git, tmp_path: Path) -> None:
    git(server, "branch", "next", "main")
    git(tmp_path, "clone", "-q", "--bare", str(server), "other.git")
    for remote, branch in ((server, "main"), (server, "next"), (tmp_path / "other.git", "main")):
        push(f"{remote.name} {branch}", remote, branch=branch)
    assert len(kept()) == 3
    assert git(server, "log", "-1", "--format=%s", "next") == "note remote.git next"
    assert git(tmp_path / "other.git", "log", "-1", "--format=%s", "main") == "note other.git main"


def test_one_that_is_in_use_for_long_is_done_without(server: Path, kept: Kept, git: Git) -> None:
    def nested(snapshot: Snapshot) -> Plan[str]:
        [place] = kept()
        if not snapshot.tree.entries.get("note"):
            push("inner", server, deadline=3)
        assert kept() == [place]
        return write("outer")(snapshot)

    ours.deliver(nested, ours.Delivery(kind="push", remote=f"file://{server}"))
    assert git(server, "log", "--format=%s", "main").splitlines() == ["note outer", "note inner", "first"]


def truncate(place: Path) -> None:
    for pack in place.glob("objects/pack/*.pack"):
        pack.chmod(0o600)
        os.truncate(pack, pack.stat().st_size // 2)


def flip(place: Path) -> None:
    for pack in place.glob("objects/pack/*.pack"):
        pack.chmod(0o600)
        data = bytearray(pack.read_bytes())
        data[len(data) // 3 : len(data) // 3 + 8] = b"\0\1\2\3\4\5\6\7"
        pack.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no objects": lambda place: shutil.rmtree(place / "objects"),
    "no packs": lambda place: shutil.rmtree(place / "objects/pack"),
    "packs cut short": truncate,
    "packs overwritten": flip,
    "an empty HEAD": lambda place: (place / "HEAD").write_bytes(b""),
    "an empty ref": lambda place: (place / "refs/remotes/origin/main").write_bytes(b""),
    "a ref to nothing": lambda place: (place / "refs/remotes/origin/main").write_text(f"{'1' * 40}\n"),
    "a lock": lambda place: (place / "shallow.lock").touch(),
    "an empty shallow": lambda place: (place / "shallow").write_bytes(b""),
    "no shallow": lambda place: (place / "shallow").unlink(),
    "another config": lambda place: (place / "config").write_bytes(b"[core]\n"),
    "a config in half": lambda place: (place / "config").write_bytes(b"[core"),
    "not left in order": lambda place: (place / "in-order").unlink(),
    "nothing at all": lambda place: [shutil.rmtree(place), place.mkdir()],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_one_is_thrown_away(server: Path, kept: Kept, git: Git, damage: str) -> None:
    push("a", server)
    push("b", server)
    [place] = kept()
    DAMAGE[damage](place)
    assert push("c", server).result == git(server, "show", f"main:{FILE}") + "\n"
    assert git(server, "log", "--format=%s", "main").splitlines() == ["note c", "note b", "note a", "first"]
    git(server, "fsck", "--strict")
    push("d", server)
    [place] = kept()
    git(place, "fsck")


def test_one_with_many_packs_is_replaced(server: Path, kept: Kept) -> None:
    push("a", server)
    [place] = kept()
    for number in range(PACKS):
        (place / f"objects/pack/pack-{number:040x}.pack").touch()
    push("b", server)
    [other] = kept()
    assert other != place


def test_an_error_ends_it_and_is_told_once(server: Path, kept: Kept, git: Git) -> None:
    push("a", server)

    def fail(_: Snapshot) -> Plan[str]:
        raise InfraToolError("no")

    with pytest.raises(InfraToolError, match=r"^no$"):
        ours.deliver(fail, ours.Delivery(kind="push", remote=f"file://{server}"))
    assert kept() == []
    hook = server / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho x >> pushes\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(InfraToolError, match="pre-receive hook declined"):
        push("b", server)
    assert (server / "pushes").read_text() == "x\n"
    assert git(server, "log", "--format=%s", "main").splitlines() == ["note a", "first"]


def test_settings_that_somebody_changed_are_not_used(server: Path, kept: Kept) -> None:
    push("a", server)
    [first] = kept()
    with (first / "config").open("a", encoding="utf-8") as config:
        config.write("[core]\n\tsshCommand = false\n")
    push("b", server)
    [second] = kept()
    assert second != first


def test_a_directory_that_others_may_write_to_keeps_none(server: Path, kept: Kept, git: Git) -> None:
    push("a", server)
    [place] = kept()
    place.parent.chmod(0o777)
    push("b", server)
    assert git(server, "log", "-1", "--format=%s", "main") == "note b"
    assert git(place, "log", "-1", "--format=%s", "refs/remotes/origin/main") == "note a", "it was used"


@pytest.mark.parametrize("where", ["", "relative", "/dev/null/cache"])
def test_without_a_place_for_caches(
    server: Path, git: Git, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", where)
    monkeypatch.setenv("HOME", where)
    monkeypatch.chdir(tmp_path)
    push("a", server)
    assert git(server, "log", "-1", "--format=%s", "main") == "note a"
    assert not (tmp_path / "relative").exists()
    assert not (tmp_path / ".cache").exists()


def test_one_that_is_in_use_is_waited_for(home: Path) -> None:
    assert home
    order: list[str] = []

    def other() -> None:
        with kept_directory("x", patience=30) as place:
            order.append("second" if place else "none")

    thread = Thread(target=other)
    with kept_directory("x"):
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_another_process_holds_the_lock(home: Path) -> None:
    assert home
    with kept_directory("x") as first, kept_directory("x") as second, kept_directory("y") as other:
        assert (first is None, second is None, other is None) == (False, True, False)
        assert first is not None
        assert not first.is_relative_to(Path.cwd())
