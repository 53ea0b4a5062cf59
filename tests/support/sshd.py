"""An sshd of one's own, for one user and one key."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from infra_tool import proc

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def keygen(place: Path, passphrase: str = "") -> Path:
    proc.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", str(place)))
    return place


class Sshd:
    """A server for one user and one key."""

    def __init__(self, place: Path, key: Path) -> None:
        place.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._key = keygen(place / "host")
        (place / "authorized").write_bytes(key.with_suffix(".pub").read_bytes())
        self.known_hosts = place / "known_hosts"
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {self._key.with_suffix('.pub').read_text()}")
        self.config = place / "sshd_config"
        # In a deeper shell bash does not read the start-up file of whoever runs the tests.
        self.config.write_text(
            f"ListenAddress 127.0.0.1:{self.port}\nHostKey {self._key}\nAuthorizedKeysFile {place}/authorized\n"
            "PidFile none\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "PermitRootLogin prohibit-password\nSetEnv GIT_CONFIG_NOSYSTEM=1 SHLVL=5\nAcceptEnv GIT_PROTOCOL\n"
        )

    def url(self, path: Path) -> str:
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{path}"

    @property
    def connections(self) -> int:
        """How often somebody was let in."""
        return (self.config.parent / "log").read_text().count("Accepted publickey")

    def is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def unavailable(reason: str) -> NoReturn:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@contextmanager
def serving(place: Path, key: Path) -> Iterator[Sshd]:
    """Run a server that lets `key` in; where the machine has none, a test fails in CI and is skipped elsewhere."""
    if SSHD is None:
        unavailable("no sshd on this machine (package openssh-server)")
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
