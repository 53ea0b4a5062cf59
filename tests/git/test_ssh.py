"""Keys: a private sshd where the machine has one, and what can be said without."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from infra_tool import git as ours
from infra_tool import proc
from infra_tool.edits import Edits, Plan
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.git.ssh import connection

Git = Callable[..., str]
SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def keygen(place: Path, passphrase: str = "") -> Path:
    proc.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", str(place)))
    return place


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return keygen(tmp_path / "key")


class Sshd:
    """A server for one user and one key."""

    def __init__(self, place: Path, key: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._key = keygen(place / "host")
        (place / "authorized").write_bytes(key.with_suffix(".pub").read_bytes())
        self.known_hosts = place / "known_hosts"
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {self._key.with_suffix('.pub').read_text()}")
        self.config = place / "sshd_config"
        self.config.write_text(
            f"ListenAddress 127.0.0.1:{self.port}\nHostKey {self._key}\nAuthorizedKeysFile {place}/authorized\n"
            "PidFile none\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "PermitRootLogin prohibit-password\nSetEnv GIT_CONFIG_NOSYSTEM=1\n"
        )

    def url(self, path: Path) -> str:
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{path}"

    def is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def sshd(tmp_path: Path, key: Path, unavailable: Callable[[str], NoReturn]) -> Iterator[Sshd]:
    if SSHD is None:
        unavailable("no sshd on this machine (package openssh-server)")
    place = tmp_path / "sshd"
    place.mkdir()
    found = Sshd(place, key)
    with (place / "log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(found.config)], stderr=log)
        try:
            while not found.is_up():
                if process.poll() is not None:
                    unavailable(f"sshd does not start here: {(place / 'log').read_text().strip()}")
                time.sleep(0.02)
            yield found
        finally:
            process.terminate()
            process.wait()


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


def test_the_key_lives_in_a_private_agent_and_on_no_disk(
    key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
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
