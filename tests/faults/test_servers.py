"""What a server can do to a bump: nothing is lost, nothing is done twice, and the words and exit codes are right.

Each case is a row of the table in docs/deploys.md. The servers are real: a directory, HTTP with a token, an own sshd.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import http_git
import pytest
import sshd

from infra_tool import proc
from infra_tool.git import backoff
from infra_tool.git.talk import TRIES

pytestmark = pytest.mark.slow

Server = Any
Captured = pytest.CaptureFixture[str]
LANDED = ["chore(deploy): s00 → v1", "first"]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "BASE", 0.01)


def test_nothing_goes_wrong(server: Server, capsys: Captured) -> None:
    assert server.bump("s00", "v1") == 0
    assert server.log == LANDED
    assert server.bump("s00", "v1") == 0
    assert "s00: unchanged" in capsys.readouterr().out
    assert server.log == LANDED


def test_refused_at_first(server: Server) -> None:
    """Somebody else is writing the branch, or the server is busy; it says so twice."""
    server.hook("pre-receive", '[ $N -gt 2 ] || { echo "cannot lock ref" >&2; exit 1; }')
    assert server.bump("s00", "v1") == 0
    assert server.log == LANDED
    assert server.pushes() == 3


def test_refused_by_a_hook(server: Server, capsys: Captured) -> None:
    server.hook("pre-receive", 'echo "main is protected" >&2; exit 1')
    assert server.bump("s00", "v1") == 3
    assert "error: the push to main was refused: [remote rejected] (pre-receive hook declined)" in (
        told := capsys.readouterr().err
    )
    assert "main is protected" in told
    assert (server.log, server.pushes()) == (["first"], 1)


def test_hangs(server: Server, capsys: Captured) -> None:
    server.hook("pre-receive", "exec sleep 30 >/dev/null 2>&1")
    assert server.bump("s00", "v1", "--deadline", "3") == 3
    told = capsys.readouterr().err
    assert "error: git push took longer than" in told
    assert "hint: run this again" in told
    assert server.log == ["first"]
    server.hook("pre-receive", "")
    assert server.bump("s00", "v1") == 0
    assert server.log == LANDED


def test_hangs_up_before_it_took_the_commit(server: Server) -> None:
    server.hook("pre-receive", "[ $N -gt 2 ] || kill -9 $PPID")
    assert server.bump("s00", "v1") == 0
    assert (server.log, server.pushes()) == (LANDED, 3)


def test_hangs_up_after_it_took_the_commit(server: Server, capsys: Captured) -> None:
    server.hook("post-receive", "kill -9 $PPID")
    assert server.bump("s00", "v1") == 0
    assert f"commit {git(server, 'rev-parse', 'main')}" in capsys.readouterr().out
    assert (server.log, server.pushes("post-receive")) == (LANDED, 1)


def test_always_hangs_up(server: Server, capsys: Captured) -> None:
    server.hook("pre-receive", "kill -9 $PPID")
    assert server.bump("s00", "v1") == 3
    assert "error: the push to main was refused: " in capsys.readouterr().err
    assert (server.log, server.pushes()) == (["first"], TRIES)


def test_is_not_there(server: Server, capsys: Captured) -> None:
    server.repo.rename(server.repo.with_name("elsewhere"))
    assert server.bump("s00", "v1") == 3
    assert "error: git fetch failed" in capsys.readouterr().err


def test_a_lock_that_a_killed_git_left_on_the_server(server: Server, capsys: Captured) -> None:
    (server.repo / "refs/heads/main.lock").touch()
    assert server.bump("s00", "v1") == 3
    assert "lock" in capsys.readouterr().err
    (server.repo / "refs/heads/main.lock").unlink()
    assert server.bump("s00", "v1") == 0
    assert server.log == LANDED


def git(server: Server, *arguments: str) -> str:
    return proc.run(("git", *arguments), cwd=server.repo).stdout.decode().strip()


@pytest.fixture
def full(files: Server, tmp_path: Path, unavailable: Callable[[str], NoReturn]) -> Iterator[Server]:
    """Move the repo to a disk that has no room left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = proc.run(("mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(disk)), ok=None)
    if mounted.status != 0:
        unavailable(f"no disk to fill, only root may mount one: {mounted.stderr.decode().strip()}")
    try:
        git(files, "gc", "-q")
        shutil.copytree(files.repo, disk / "remote.git")
        place = disk / "remote.git"
        with (disk / "rest").open("wb", buffering=0) as rest:
            for size in (4096, 1):
                try:
                    while rest.write(b"x" * size):
                        pass
                except OSError:
                    continue
        yield type(files)(place, f"file://{place}")
    finally:
        proc.run(("umount", str(disk)))


def test_has_no_room_left(full: Server, capsys: Captured) -> None:
    assert full.bump("s00", "v1") == 3
    assert "no space left on device" in capsys.readouterr().err.lower()
    assert full.log == ["first"]
    (full.repo.parent / "rest").unlink()
    assert full.bump("s00", "v1") == 0
    assert full.log == LANDED
    git(full, "fsck", "--strict")


def test_a_key_that_may_only_read(
    repo: Path, files: Server, ssh: sshd.Sshd, key: Path, tmp_path: Path, capsys: Captured
) -> None:
    allowed = tmp_path / "sshd/authorized"
    only = 'case $SSH_ORIGINAL_COMMAND in git-upload-pack*) exec sh -c \\"$SSH_ORIGINAL_COMMAND\\";; esac'
    command = f"{only}; echo 'this key may only read' >&2; exit 1"
    allowed.write_text(f'command="{command}" {key.with_suffix(".pub").read_text()}')
    server = type(files)(repo, ssh.url(repo), ("--ssh-key", str(key), "--known-hosts", str(ssh.known_hosts)))
    assert server.bump("s00", "v1") == 3
    assert "this key may only read" in capsys.readouterr().err
    assert server.log == ["first"]


def test_a_token_that_is_wrong(
    repo: Path, files: Server, http: http_git.HttpGit, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(http_git, "TOKEN", "another")
    http.allowed[:] = ["Basic nobody"]
    server = type(files)(repo, http.url(repo))
    assert server.bump("s00", "v1") == 3
    told = capsys.readouterr()
    assert "Authentication failed" in told.err
    assert "a-token" not in told.err + told.out
    assert len(http.requests) <= 4, "a wrong token is not tried again and again"


def test_a_token_that_may_only_read(repo: Path, files: Server, http: http_git.HttpGit, capsys: Captured) -> None:
    git(files, "config", "http.receivepack", "false")
    server = type(files)(repo, http.url(repo))
    assert server.bump("s00", "v1") == 3
    assert "error: the push to main was refused: " in (told := capsys.readouterr().err)
    assert "403" in told
    assert server.log == ["first"]


@pytest.mark.parametrize("status", [502, 503, 504, 429])
def test_a_proxy_before_a_server_that_starts_again(
    repo: Path, files: Server, http: http_git.HttpGit, status: int
) -> None:
    seen: set[str] = set()

    def fault(request: http_git.Handler) -> bool:
        kind = f"{request.command} {request.path}"
        if kind in seen:
            return False
        seen.add(kind)
        request.body()
        request.reply(status)
        return True

    http.fault = fault
    server = type(files)(repo, http.url(repo))
    assert server.bump("s00", "v1") == 0
    assert server.log == LANDED


def test_an_answer_that_ends_in_the_middle(repo: Path, files: Server, http: http_git.HttpGit) -> None:
    """Each kind of request once: the answer is promised, and never comes."""
    seen: set[str] = set()

    def fault(request: http_git.Handler) -> bool:
        kind = f"{request.command} {request.path.partition('?')[2]} {request.headers.get('Content-Type')}"
        if kind in seen or "Authorization" not in request.headers:
            return False
        seen.add(kind)
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"00")
        return True

    http.fault = fault
    server = type(files)(repo, http.url(repo))
    assert server.bump("s00", "v1") == 0
    assert len(seen) == 4
    assert server.log == LANDED


def test_nobody_listens(files: Server, key: Path, capsys: Captured) -> None:
    server = type(files)(files.repo, "ssh://somebody@127.0.0.1:1/infra.git", ("--ssh-key", str(key)))
    assert server.bump("s00", "v1") == 3
    assert "Connection refused" in capsys.readouterr().err
