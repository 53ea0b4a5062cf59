"""Keys: a private sshd where the machine has one, and what can be said without."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sshd import Sshd, keygen, serving

from infra_tool import git as ours
from infra_tool import proc
from infra_tool.edits import Edits, Plan
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.git import shared, ssh
from infra_tool.git.shared import address
from infra_tool.git.ssh import connection

Git = Callable[..., str]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return keygen(tmp_path / "key")


@pytest.fixture
def sshd(tmp_path: Path, key: Path) -> Iterator[Sshd]:
    with serving(tmp_path / "sshd", key) as server:
        yield server


def push(url: str, ssh: ours.Ssh) -> ours.Outcome[str]:
    delivery = ours.Delivery(kind="push", remote=url, ssh=ssh)
    return ours.deliver(lambda _: Plan(Edits().write("new", b"x\n"), "feat: new", "done"), delivery)


@pytest.mark.parametrize("line_ends", ["as is", "none", "crlf"])
def test_a_push_with_a_key_from_a_variable(
    sshd: Sshd, key: Path, server: Path, git: Git, monkeypatch: pytest.MonkeyPatch, line_ends: str
) -> None:
    text = key.read_text()
    monkeypatch.setenv("KEY", {"as is": text, "none": text.strip(), "crlf": text.replace("\n", "\r\n")}[line_ends])
    ssh = ours.Ssh.from_options(None, "KEY", sshd.known_hosts)
    assert ssh is not None
    assert push(sshd.url(server), ssh).commit == git(server, "rev-parse", "main")


def test_a_push_with_a_key_file(sshd: Sshd, key: Path, server: Path, git: Git) -> None:
    assert push(sshd.url(server), ours.Ssh(key_file=key, known_hosts=sshd.known_hosts)).commit == git(
        server, "rev-parse", "main"
    )


def test_a_host_that_is_not_known_is_not_talked_to(sshd: Sshd, key: Path, server: Path, tmp_path: Path) -> None:
    (tmp_path / "none").touch()
    with pytest.raises(InfraToolError, match="Host key verification failed"):
        push(sshd.url(server), ours.Ssh(key_file=key, known_hosts=tmp_path / "none"))


def test_another_key_is_refused_and_nothing_is_asked(sshd: Sshd, server: Path, tmp_path: Path) -> None:
    with pytest.raises(InfraToolError, match="Permission denied"):
        push(sshd.url(server), ours.Ssh(key_file=keygen(tmp_path / "other"), known_hosts=sshd.known_hosts))


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the directory for sockets, which TMPDIR is too long for."""
    monkeypatch.setenv("TMPDIR", f"/{'far-away/' * 12}")
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        monkeypatch.setattr(ssh, "SOCKETS", Path(name))
        yield Path(name)


def test_the_key_lives_in_a_private_agent_and_on_no_disk(key: Path, place: Path) -> None:
    secret = key.read_bytes()
    with connection(ours.Ssh(key=secret)) as variables:
        assert "IdentitiesOnly=yes" in variables["GIT_SSH_COMMAND"]
        assert "StrictHostKeyChecking=yes" in variables["GIT_SSH_COMMAND"]
        [directory] = place.iterdir()
        assert directory.stat().st_mode & 0o777 == 0o700
        assert {path.name for path in directory.iterdir()} == {"agent", "key.pub"}
        assert b"PRIVATE" not in (directory / "key.pub").read_bytes()
        listed = proc.run(("ssh-add", "-L"), env={**os.environ, "SSH_AUTH_SOCK": str(directory / "agent")}).stdout
        assert listed.split()[1] == key.with_suffix(".pub").read_bytes().split()[1]
    assert list(place.iterdir()) == []
    assert "PRIVATE" not in repr(ours.Ssh(key=secret))


@pytest.mark.parametrize("kind", ["no key", "with a passphrase"])
def test_a_key_that_cannot_be_used_is_not_repeated(tmp_path: Path, kind: str) -> None:
    key = b"hunter2" if kind == "no key" else keygen(tmp_path / "locked", "hunter2").read_bytes()
    with pytest.raises(InfraToolError, match="did not take the key") as caught, connection(ours.Ssh(key=key)):
        pass
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert "passphrase" in (caught.value.hint or "")


def test_options_that_make_no_sense(tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", " \n")
    for file, variable, reason in (
        (key, "KEY", "exclude each other"),
        (tmp_path / "none", None, "is not a file"),
        (None, "EMPTY", "holds no key"),
        (None, "NOT_SET", "holds no key"),
    ):
        with pytest.raises(UsageError, match=reason):
            ours.Ssh.from_options(file, variable, None)
    assert ours.Ssh.from_options(None, None, None) is None


def test_paths_with_blanks_reach_ssh(tmp_path: Path, key: Path) -> None:
    """git hands the command to a shell, and ssh splits the value of an option once more."""
    place = tmp_path / "a b"
    place.mkdir()
    key.rename(place / "key")
    (place / "known hosts").touch()
    with connection(ours.Ssh(key_file=place / "key", known_hosts=place / "known hosts")) as variables:
        command = f"{variables['GIT_SSH_COMMAND']} -G example.invalid"
        shown = proc.run(("sh", "-c", command)).stdout.decode()
    assert f"identityfile {place}/key" in shown
    assert f'userknownhostsfile "{place}/known hosts"' in shown or f"userknownhostsfile {place}/known hosts" in shown
    assert "batchmode yes" in shown


def test_a_call_connects_once(sshd: Sshd, key: Path, server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        monkeypatch.setattr(shared, "SOCKETS", Path(name))
        push(sshd.url(server), ours.Ssh(key_file=key, known_hosts=sshd.known_hosts))
        assert sshd.connections == 1
        push(sshd.url(server), ours.Ssh(key=key.read_bytes(), known_hosts=sshd.known_hosts))
        assert sshd.connections == 2
        assert list(Path(name).iterdir()) == [], "the connection has ended, and nothing is left"


def test_git_speaks_its_newer_protocol_through_it(sshd: Sshd, key: Path, server: Path, git: Git) -> None:
    """By the old one this server hands out no single objects, which a clone without the contents of files needs."""
    git(server, "config", "uploadpack.allowAnySHA1InWant", "false")
    change = lambda snapshot: Plan(Edits().write("new", snapshot.tree.read("bin/run")), "feat: new", "done")  # noqa: E731
    ssh = ours.Ssh(key_file=key, known_hosts=sshd.known_hosts)
    ours.deliver(change, ours.Delivery(kind="push", remote=sshd.url(server), ssh=ssh))
    assert git(server, "show", "main:new") == "#!/bin/sh"


def test_without_a_place_for_the_socket_every_talk_connects(
    sshd: Sshd, key: Path, server: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shared, "SOCKETS", tmp_path / "none")
    push(sshd.url(server), ours.Ssh(key_file=key, known_hosts=sshd.known_hosts))
    assert sshd.connections == 2


def test_a_checkout_shares_a_connection_unless_the_person_has_an_own_command(
    sshd: Sshd, key: Path, server: Path, checkout: Path, git: Git
) -> None:
    git(checkout, "remote", "set-url", "origin", sshd.url(server))
    change = lambda text: lambda _: Plan(Edits().write("new", text), "feat: new", "done")  # noqa: E731
    ssh = ours.Ssh(key_file=key, known_hosts=sshd.known_hosts)
    ours.deliver(change(b"a"), ours.Delivery(kind="push", root=checkout, ssh=ssh))
    assert sshd.connections == 1
    own = f"ssh -F none -i {key} -o UserKnownHostsFile={sshd.known_hosts}"
    git(checkout, "config", "core.sshCommand", own)
    ours.deliver(change(b"b"), ours.Delivery(kind="push", root=checkout))
    assert sshd.connections == 3


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ssh://git@git.example.org/team/infra.git", ("--", "git@git.example.org")),
        ("ssh://git.example.org:2222/infra", ("-p", "2222", "--", "git.example.org")),
        ("ssh://git@[::1]:22/infra", ("-p", "22", "--", "git@::1")),
        ("git@git.example.org:team/infra.git", ("--", "git@git.example.org")),
        ("git@[::1]:infra", ("--", "git@::1")),
        ("ssh://-oProxyCommand=x/infra", None),
        ("-oProxyCommand=x:infra", None),
        ("https://git.example.org/infra.git", None),
        ("file:///srv/infra.git", None),
        ("/srv/in:fra.git", None),
        ("./in:fra", None),
        ("infra", None),
        ("", None),
    ],
)
def test_what_ssh_is_told_of_a_url(url: str, told: tuple[str, ...] | None) -> None:
    assert address(url) == told
