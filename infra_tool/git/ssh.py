"""Reach a server by ssh with a key of one's own: no user configuration, pinned hosts, nothing asked."""

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra_tool import proc
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.git.command import run
from infra_tool.git.private import SOCKETS, private_directory
from infra_tool.git.shared import address, shared

KEY_LIFE = 3600
"""Seconds after which the agent forgets the key, whatever happened."""

COMMON = ("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes")
PINNED = ("-o", "StrictHostKeyChecking=yes")


@dataclass(frozen=True, kw_only=True)
class Ssh:
    """A key in a file, or the key itself; the file of the hosts that are trusted."""

    key_file: Path | None = None
    key: bytes | None = field(default=None, repr=False)
    known_hosts: Path | None = None

    @classmethod
    def from_options(cls, key_file: Path | None, key_variable: str | None, known_hosts: Path | None) -> "Ssh | None":
        """Return what the options of the command line name; None for none.

        Raises UsageError for a file that is not there, an empty variable, or both a file and a variable.
        """
        if key_file and key_variable:
            raise UsageError("a key file and a key variable exclude each other")
        for file in (key_file, known_hosts):
            if file and not file.is_file():
                raise UsageError(f"{file} is not a file")
        key = os.environb.get(key_variable.encode()) if key_variable else None
        if key_variable and not (key and key.strip()):
            raise UsageError(f"the environment variable {key_variable} holds no key")
        if not (key_file or key or known_hosts):
            return None
        return cls(key_file=key_file and key_file.resolve(), key=key, known_hosts=known_hosts and known_hosts.resolve())


@contextmanager
def connection(ssh: Ssh | None, url: str = "", place: Path = Path("/")) -> Iterator[dict[str, str]]:
    """Yield the variables that make git use `ssh`, and one connection for all it says to the server of `url`.

    A given key lives in a private agent until the end, and goes there through a pipe only. A person's own ssh command,
    which git finds from `place`, stays as it is. Raises InfraToolError when the agent does not take the key.
    """
    with _words(ssh) as words:
        if words is None and (address(url) is None or _has_own_command(place)):
            yield {}
            return
        with shared(words or ("ssh",), url) as command:
            yield {"GIT_SSH_COMMAND": shlex.join(command)}


@contextmanager
def _words(ssh: Ssh | None) -> Iterator[Sequence[str] | None]:
    """Yield the ssh command for `ssh`; None for none in particular."""
    if ssh is None:
        yield None
    elif ssh.key is None:
        yield words(ssh, identity=ssh.key_file)
    else:
        with _agent(ssh.key) as (socket, public):
            yield words(ssh, identity=public, agent=socket)


def _has_own_command(place: Path) -> bool:
    if "GIT_SSH" in os.environ or "GIT_SSH_COMMAND" in os.environ:
        return True
    return run(("config", "--get", "core.sshCommand"), cwd=place, ok=None).status == 0


def words(ssh: Ssh, *, identity: Path | None, agent: Path | None = None) -> Sequence[str]:
    """Return the ssh command."""
    command = ["ssh"]
    if identity:
        # With a key of its own nothing of the user's configuration is wanted.
        command += ["-F", "none", *COMMON, *PINNED, "-i", str(identity), "-o", f"IdentityAgent={agent or 'none'}"]
    if ssh.known_hosts:
        command += [*(() if identity else PINNED), "-o", f"UserKnownHostsFile={shlex.quote(str(ssh.known_hosts))}"]
    return command


@contextmanager
def _agent(key: bytes) -> Iterator[tuple[Path, Path]]:
    """Start an agent that holds `key`; yield its socket and the file of the public key.

    The agent ends with the command it was started for, `cat`, and that ends with our end of its pipe: also when this
    process is killed.
    """
    with private_directory(SOCKETS if os.access(SOCKETS, os.W_OK) else None) as directory:
        socket, public = directory / "agent", directory / "key.pub"
        with proc.pipe(("ssh-agent", "-a", str(socket), "cat")) as agent:
            if agent.stdin is None or agent.stdout is None:
                raise AssertionError
            with suppress(BrokenPipeError):
                agent.stdin.write(b".")
                agent.stdin.flush()
            # What comes back tells that the agent listens.
            if agent.stdout.read(1) != b".":
                raise InfraToolError("the private ssh-agent did not start")
            env = {**os.environ, "SSH_AUTH_SOCK": str(socket), "SSH_ASKPASS": "false", "SSH_ASKPASS_REQUIRE": "force"}
            _add(key, env)
            public.write_bytes(proc.run(("ssh-add", "-L"), env=env).stdout)
            yield socket, public


def _add(key: bytes, env: dict[str, str]) -> None:
    """Hand the key over. Variables often lose the last line feed, without which ssh takes no key."""
    lines = key.replace(b"\r\n", b"\n").strip() + b"\n"
    done = proc.run(("ssh-add", "-q", "-t", str(KEY_LIFE), "-"), env=env, stdin=lines, ok=None, secret=True)
    if done.status != 0:
        raise InfraToolError(
            "the private ssh-agent did not take the key",
            hint="it must be a whole private key, with its BEGIN and END lines, and without a passphrase",
        )
