"""Run external programs. The only module that imports subprocess."""

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from infra_tool.errors import InfraToolError, ToolMissingError

INSTALL_HINTS = {
    "git": "install git 2.34 or later with the package manager of this machine",
    "sops": "go install github.com/getsops/sops/v3/cmd/sops@v3.13.2, or a release of getsops/sops",
    "buildctl": "a release of moby/buildkit, on the PATH of the runner",
    "kustomize": "go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1, or a release of kubernetes-sigs/kustomize",
}


SUB_COMMAND = re.compile(r"[a-z][a-z-]*")


class Completed(NamedTuple):
    """How a program ended: its exit status and what it wrote."""

    status: int
    stdout: bytes
    stderr: bytes


class ProgramError(InfraToolError):
    """A program ended with a status that its caller did not allow for (exit 3)."""

    def __init__(self, message: str, *, status: int, hint: str | None = None) -> None:
        """Keep the program's own exit status for callers that translate it."""
        super().__init__(message, hint=hint)
        self.status = status


def find(program: str) -> str:
    """Return the path of `program`.

    Raises ToolMissingError, with a way to install it, when it is not on PATH.
    """
    if found := shutil.which(program):
        return found
    message = f"{program} is not installed"
    raise ToolMissingError(message, hint=INSTALL_HINTS.get(program))


def is_installed(program: str) -> bool:
    """Tell whether `program` is on PATH."""
    return shutil.which(program) is not None


def run(
    command: Sequence[str],
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = 60,
    ok: tuple[int, ...] | None = (0,),
    secret: bool = False,
) -> Completed:
    """Run `command` to its end and return what it wrote; `timeout` in seconds.

    `ok` None allows every exit status. `secret` keeps everything the program read and wrote out of the error's
    message. Raises ToolMissingError, and ProgramError for a status that is not in `ok` or a run that takes longer than
    `timeout`.
    """
    process = _start(command, cwd, env, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        stdout, stderr = process.communicate(stdin, timeout)
    except BaseException as error:
        _end(process)
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        # The exception holds captured output, which may be a secret: it is not chained.
        raise ProgramError(f"{describe(command)} took longer than {timeout:.0f} s", status=-1) from None
    completed = Completed(process.returncode, stdout, stderr)
    if ok is not None and completed.status not in ok:
        raise failure(command, completed, secret=secret)
    return completed


def attend(command: Sequence[str], *, cwd: Path | str | None = None) -> int:
    """Run a program that talks to the person at the terminal, such as an editor, and return its exit status."""
    return subprocess.run([find(command[0]), *command[1:]], cwd=cwd, check=False).returncode  # noqa: S603 -- as in _start


def quiet(command: Sequence[str], *, timeout: float) -> bool:
    """Tell whether a program ends well, without its words: also one that leaves a child behind, which keeps pipes open.

    One that takes longer than `timeout` seconds does not.
    """
    null = subprocess.DEVNULL
    try:
        done = subprocess.run(  # noqa: S603 -- as in _start
            [find(command[0]), *command[1:]], stdin=null, stdout=null, stderr=null, timeout=timeout, check=False
        )
    except (subprocess.TimeoutExpired, ToolMissingError):
        return False
    return done.returncode == 0


def follow(
    command: Sequence[str],
    tell: Callable[[str], None],
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 3600,
) -> Completed:
    """Run a program that takes a while; `tell` gets each line it writes, on either stream, when it is written.

    Every exit status is allowed. Raises ToolMissingError, and ProgramError when it takes longer than `timeout` seconds.
    """
    process = _start(command, cwd, env, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    timer = threading.Timer(timeout, _kill, (process,))
    timer.start()
    written: list[bytes] = []
    try:
        for line in process.stdout or ():
            written.append(line)
            tell(line.decode(errors="replace").rstrip())
        process.wait()
    finally:
        is_late = not timer.is_alive()
        timer.cancel()
        _end(process)
    if is_late:
        raise ProgramError(f"{describe(command)} took longer than {timeout:.0f} s", status=-1)
    return Completed(process.returncode, b"".join(written), b"")


def _start(
    command: Sequence[str], cwd: Path | str | None, env: Mapping[str, str] | None, *, stdin: int, stderr: int
) -> "subprocess.Popen[bytes]":
    """Start a program whose output is read, in a process group of its own where nobody can be asked."""
    return subprocess.Popen(  # noqa: S603 -- this is the one door; commands are tuples, never a shell
        [find(command[0]), *command[1:]],
        cwd=cwd,
        env=env,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        process_group=None if _has_terminal() else 0,
    )


def _has_terminal() -> bool:
    """Tell whether a person may be asked something, such as the passphrase of an ssh key.

    A program in a process group of its own could not ask; where nobody can answer it gets one, so that what it started
    itself ends with it.
    """
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program; does not wait for who else holds its pipes."""
    _kill(process)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            with suppress(OSError):
                stream.close()
    process.wait()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program, and its children where it leads a group."""
    with suppress(ProcessLookupError, PermissionError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def failure(command: Sequence[str], completed: Completed, *, secret: bool = False) -> ProgramError:
    """Return the error that tells how `command` failed, in the program's own words unless those may be secret."""
    words = "" if secret else completed.stderr.decode(errors="replace").strip()
    message = f"{describe(command)} failed with status {completed.status}"
    return ProgramError(f"{message}: {words}" if words else message, status=completed.status)


def describe(command: Sequence[str]) -> str:
    """Return the program and its sub-command; nothing else, since arguments may be long or private."""
    words = iter(command)
    name = Path(next(words)).name
    for word in words:
        if word == "-c":
            next(words, None)
        elif not word.startswith("-"):
            return f"{name} {word}" if SUB_COMMAND.fullmatch(word) else name
    return name


@contextmanager
def pipe(command: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Start `command` for a dialogue over pipes, and end it afterwards."""
    program = find(command[0])
    process = subprocess.Popen(  # noqa: S603
        [program, *command[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()
            process.terminate()
