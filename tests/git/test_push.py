"""Pushes: planned on the fetched tip, again when someone was faster, never by force."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import git as ours
from infra_tool.edits import Change, Edits, Plan, Snapshot
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.git import backoff
from infra_tool.git.talk import TRIES
from infra_tool.splice import Span, Splice

Git = Callable[..., str]
FILE = "apps/n8n/deployment.yaml"
HANG_UP = 'echo "fatal: the remote end hung up unexpectedly" >&2; exit 128'


def bump(
    old: str = "n8n:v1", new: str = "n8n:v2", *, meanwhile: Callable[[int], object] = lambda _: None
) -> Change[str]:
    """Return a change of one line; `meanwhile` is called with the number of the plan, before it is made."""
    plans: list[Snapshot] = []

    def plan(snapshot: Snapshot) -> Plan[str]:
        plans.append(snapshot)
        meanwhile(len(plans))
        start = snapshot.tree.read_many([FILE])[FILE].find(old.encode())
        splices = [Splice(Span(start, start + len(old)), new.encode())] if start >= 0 else []
        return Plan(Edits().splice(snapshot.tree, FILE, splices), "chore: bump\n\nDeployed: x\n", "done")

    return plan


def push(change: Change[str], remote: Path | str, **more: object) -> ours.Outcome[str]:
    return ours.deliver(change, ours.Delivery(kind="push", remote=str(remote), **more))  # type: ignore[arg-type]


@pytest.fixture
def rival(server: Path, tmp_path: Path, git: Git) -> Callable[[object], None]:
    """Push a commit from another clone."""
    place = tmp_path / "rival"
    git(tmp_path, "clone", "-q", str(server), str(place))

    def go(number: object) -> None:
        git(place, "pull", "-q", "--rebase")
        (place / "rival").write_text(f"{number}\n")
        git(place, "add", "rival")
        git(place, "commit", "-q", "-m", f"rival {number}")
        git(place, "push", "-q")

    return go


class Door:
    """A shell script that stands before every `git push`: `$N` counts them, `real` is git itself."""

    def __init__(self, place: Path, git: str) -> None:
        self._git = git
        self._log = place / "pushes"
        self._log.touch()
        self.wrapper = place / "bin/git"
        self.wrapper.parent.mkdir()
        self.put("")
        self.wrapper.chmod(0o755)

    def put(self, script: str) -> None:
        self.wrapper.write_text(
            f'#!/bin/sh\nreal() {{ {self._git} "$@"; }}\n[ "$1" = push ] || exec {self._git} "$@"\n'
            f'echo "$*" >> {self._log}\nN=$(wc -l < {self._log})\n{script}\nexec {self._git} "$@"\n'
        )

    @property
    def passed(self) -> list[str]:
        return [line for line in self._log.read_text().splitlines() if "--porcelain" in line]


@pytest.fixture
def door(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git: Git) -> Door:
    """Set up the door once everything else is in place."""
    assert server
    found = Door(tmp_path, git(tmp_path, "--exec-path") + "/git")
    monkeypatch.setenv("PATH", f"{found.wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    return found


def subjects(git: Git, server: Path) -> list[str]:
    return git(server, "log", "--format=%s", "main").splitlines()


def test_a_push_without_a_checkout(server: Path, git: Git) -> None:
    outcome = push(bump(), server, message="fix: by hand", author="Ä B <a@b>")
    assert (outcome.result, outcome.attempts, list(outcome.edits), outcome.hint) == ("done", 1, [FILE], None)
    assert git(server, "rev-parse", "main") == outcome.commit
    assert git(server, "log", "-1", "--format=%an <%ae>|%B", "main") == "Ä B <a@b>|fix: by hand\n\nDeployed: x"
    assert git(server, "diff", "--numstat", "main~", "main") == f"1\t1\t{FILE}"
    assert git(server, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    again = push(bump(), server)
    assert (again.commit, again.attempts, bool(again.edits)) == (None, 1, False)


def test_the_private_clone_is_private_and_goes_away(
    server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none can be kept: the cache is a file."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setenv("XDG_CACHE_HOME", __file__)
    modes: list[int] = []
    push(bump(meanwhile=lambda _: modes.extend(path.stat().st_mode & 0o777 for path in place.iterdir())), server)
    assert modes == [0o700]
    with pytest.raises(ZeroDivisionError):
        push(bump(meanwhile=lambda _: 1 // 0), server)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("kind", ["dry-run", "check"])
def test_a_rehearsal_pushes_nothing(server: Path, git: Git, kind: str) -> None:
    outcome = ours.deliver(bump(), ours.Delivery(kind=kind, remote=str(server)))  # type: ignore[arg-type]
    assert list(outcome.edits) == [FILE]
    assert ("+image: n8n:v2" in outcome.diff) == (kind == "dry-run")
    assert subjects(git, server) == ["first"]


def test_the_first_commit_of_an_empty_server(bare: Path, git: Git) -> None:
    outcome = push(lambda _: Plan(Edits().write("a/b", b"x\n"), "feat: first", "done"), bare)
    assert git(bare, "log", "--format=%H %s", "main") == f"{outcome.commit} feat: first"


def test_a_server_that_asks_for_another_branch(server: Path, git: Git) -> None:
    git(server, "branch", "next", "main")
    push(bump(), server, branch="next")
    assert git(server, "log", "-1", "--format=%s", "next") == "chore: bump"
    assert subjects(git, server) == ["first"]
    with pytest.raises(UsageError, match="the remote has no branch other"):
        push(bump(), server, branch="other")


@pytest.mark.parametrize(
    "branch", ["", "-x", "a b", "a..b", "a.lock", "@{u}", "/a", "a/", "a~1", "a\nb", "@", ".a", "a/.b", "+a:b"]
)
def test_what_is_no_branch_is_wrong_usage(server: Path, branch: str) -> None:
    with pytest.raises(UsageError, match="is not the name of a branch"):
        push(bump(), server, branch=branch)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InfraToolError, match="git fetch failed") as caught:
        push(bump(), tmp_path / "none.git")
    assert caught.value.exit_code == 3


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        push(bump(), "https://person:hunter2@127.0.0.1:1/x.git")
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_remote_can_only_be_pushed_to(server: Path) -> None:
    for kind in ("worktree", "commit"):
        with pytest.raises(UsageError, match="only be pushed to"):
            ours.deliver(bump(), ours.Delivery(kind=kind, remote=str(server)))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="there is no repo here"):
        ours.deliver(bump(), ours.Delivery(kind="push"))


def test_someone_faster_leads_to_a_new_plan(server: Path, git: Git, rival: Callable[[object], None]) -> None:
    outcome = push(bump(meanwhile=lambda plan: plan < 3 and rival(plan)), server)
    assert outcome.attempts == 3
    assert subjects(git, server) == ["chore: bump", "rival 2", "rival 1", "first"]
    assert git(server, "diff", "--numstat", "main~", "main") == f"1\t1\t{FILE}"


def test_someone_who_did_the_same_leaves_nothing_to_do(server: Path, checkout: Path, git: Git) -> None:
    def same(_: int) -> None:
        if subjects(git, server) == ["first"]:
            git(checkout, "-c", "core.editor=true", "commit", "-q", "--allow-empty", "-m", "empty")
            (checkout / FILE).write_text((checkout / FILE).read_text().replace("v1", "v2"))
            git(checkout, "commit", "-q", "-a", "-m", "same")
            git(checkout, "push", "-q")

    outcome = push(bump(meanwhile=same), server)
    assert (outcome.commit, outcome.attempts) == (None, 2)
    assert subjects(git, server) == ["same", "empty", "first"]


def test_someone_always_faster_ends_after_the_retries(server: Path, git: Git, rival: Callable[[object], None]) -> None:
    with pytest.raises(InfraToolError, match="others pushed first, 3 times in a row") as caught:
        push(bump(meanwhile=rival), server, retries=2)
    assert "--retries" in (caught.value.hint or "")
    assert subjects(git, server) == ["rival 3", "rival 2", "rival 1", "first"]


def refuse(server: Path, words: str) -> Path:
    hook = server / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    hook.chmod(0o755)
    return hook


def test_a_server_that_says_no_is_believed_at_once(server: Path, git: Git, door: Door) -> None:
    refuse(server, "main is protected, ask Ä")
    with pytest.raises(InfraToolError) as caught:
        push(bump(), server)
    assert (
        caught.value.message
        == "the push to main was refused: [remote rejected] (pre-receive hook declined); main is protected, ask Ä"
    )
    assert len(door.passed) == 1
    assert subjects(git, server) == ["first"]


def test_what_gitea_puts_before_its_words_is_left_out(server: Path, door: Door) -> None:
    hook = refuse(server, "error:\nerror: branch main is protected from changing file a")
    with pytest.raises(InfraToolError) as caught:
        push(bump(), server)
    refused = "the push to main was refused: "
    declined = "[remote rejected] (pre-receive hook declined); branch main is protected from changing file a"
    assert caught.value.message == f"{refused}{declined}"
    hook.unlink()
    door.put(
        "printf 'error:\nerror: Deploy Key: 6:cd is not authorized to write to a/b.\nerror:\nfatal: no\n' >&2; exit 128"
    )
    with pytest.raises(InfraToolError) as caught:
        push(bump(), server)
    assert caught.value.message == f"{refused}Deploy Key: 6:cd is not authorized to write to a/b.\nfatal: no"


def test_words_about_a_password_are_redacted(server: Path) -> None:
    refuse(server, "see https://person:hunter2@example.com/x")
    with pytest.raises(InfraToolError, match="see https://") as caught:
        push(bump(), server)
    assert "hunter2" not in str(caught.value)


def test_a_push_that_landed_although_the_connection_was_lost_is_done(server: Path, git: Git, door: Door) -> None:
    door.put(f'real "$@" >/dev/null 2>&1; {HANG_UP}')
    outcome = push(bump(), server)
    assert (outcome.attempts, outcome.commit) == (1, git(server, "rev-parse", "main"))
    assert len(door.passed) == 1
    assert subjects(git, server) == ["chore: bump", "first"]


def test_a_push_that_landed_below_another_one_is_done(
    server: Path, git: Git, door: Door, rival: Callable[[object], None], tmp_path: Path
) -> None:
    """The connection is lost, and someone builds on our commit before we look."""
    assert rival
    other = tmp_path / "rival"
    door.put(
        f'case "$*" in *--porcelain*) real "$@" >/dev/null 2>&1; cd {other}; real pull -q --rebase;'
        f" real commit -q --allow-empty -m on-top; real push -q; {HANG_UP};; esac"
    )
    outcome = push(bump(), server)
    assert outcome.attempts == 1
    assert subjects(git, server) == ["on-top", "chore: bump", "first"]
    assert outcome.commit == git(server, "rev-parse", "main~")


@pytest.mark.parametrize(
    "words",
    ["fatal: the remote end hung up unexpectedly", "error: RPC failed; curl 56", "fatal: early EOF",
     "Connection reset by peer", "remote: error: cannot lock ref 'refs/heads/main'"],
)  # fmt: skip
def test_a_lost_connection_is_tried_again(
    server: Path, git: Git, door: Door, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "BASE", 0.001)
    door.put(f'echo "{words}" >&2; exit 128')
    with pytest.raises(InfraToolError, match="the push to main was refused"):
        push(bump(), server)
    assert len(door.passed) == TRIES
    door.put(f'[ $N = {2 * TRIES} ] || {{ echo "{words}" >&2; exit 128; }}')
    assert push(bump(), server).attempts == 1
    assert len(door.passed) == 2 * TRIES
    assert subjects(git, server) == ["chore: bump", "first"]


def test_other_words_are_not_tried_again(server: Path, door: Door) -> None:
    door.put('echo "fatal: Authentication failed" >&2; exit 128')
    with pytest.raises(InfraToolError, match="the push to main was refused: fatal: Authentication failed"):
        push(bump(), server)
    assert len(door.passed) == 1


def test_a_branch_that_is_really_locked(server: Path, git: Git) -> None:
    (server / "refs/heads/main.lock").touch()
    with pytest.raises(InfraToolError, match=r"the push to main was refused: .*lock"):
        push(bump(), server)
    (server / "refs/heads/main.lock").unlink()
    assert subjects(git, server) == ["first"]


def test_no_push_is_ever_forced(server: Path, door: Door, rival: Callable[[object], None]) -> None:
    push(bump(meanwhile=lambda plan: plan == 1 and rival(plan)), server)
    assert len(door.passed) == 2
    lease = re.compile(r" --force-with-lease=refs/heads/main:[0-9a-f]{40} ")
    said = [lease.sub(" ", line) for line in door.passed]
    assert not any("force" in line or " -f" in line or "+" in line for line in said)


def test_after_the_deadline_nothing_is_tried(server: Path, git: Git, door: Door) -> None:
    with pytest.raises(InfraToolError, match="the deadline has passed"):
        push(bump(), server, deadline=0)
    door.put("exec sleep 60")
    with pytest.raises(InfraToolError, match=r"git push took longer than|the deadline has passed"):
        push(bump(), server, deadline=3)
    assert subjects(git, server) == ["first"]
