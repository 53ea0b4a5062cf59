"""Programs of the rig as plain processes: own ports, a log, a pid file, and an end whatever happens to the tests."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

BELOW_EPHEMERAL = range(15000, 32000)
"""Ports that the system gives to nobody who asks for any, so that one found free stays free until it is used."""

STOPS = 30.0
POLL = 0.05
TAIL = 40

Found = TypeVar("Found")


def ports(count: int) -> list[int]:
    """Return ports on loopback that nobody listens at."""
    found: list[int] = []
    with ExitStack() as bound:
        while len(found) < count:
            port = random.choice(BELOW_EPHEMERAL)  # noqa: S311 -- no secret
            probe = bound.enter_context(socket.socket())
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                found.append(port)
    return found


class Process:
    """A program of `programs` that runs until the end of the block; `log` gets all that it prints.

    Of the environment it gets PATH, a home beside its log, and `environ`: nothing of whoever runs the tests. The kernel
    ends it together with the thread that started it, so that not even a killed test run leaves it behind.
    """

    def __init__(
        self,
        programs: Path,
        command: Sequence[str],
        log: Path,
        *,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = command[0]
        self.log = log
        self._command = ("setpriv", "--pdeathsig", "TERM", *command)
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        self._environ = {"PATH": path, "HOME": str(log.parent), **(environ or {})}
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._cwd, env=self._environ, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.log.with_suffix(".pid").write_text(f"{self._process.pid}\n", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it and what it started: by a request, and after a while by force."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOPS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.log.with_suffix(".pid").unlink(missing_ok=True)

    def status(self, seconds: float) -> int | None:
        """Wait until it has ended and return with which status; None when it still runs."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def tail(self) -> str:
        """Return its last words, under its name."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join((f"--- {self.name} ({self.log})", *lines[-TAIL:]))


class Part(Protocol):
    """What a wait depends on: it has a name and last words, and waiting is no use when it does not run."""

    name: str

    @property
    def is_running(self) -> bool: ...

    def tail(self) -> str: ...


def wait(condition: Callable[[], Found], what: str, *parts: Part, seconds: float) -> Found:
    """Return the first answer of `condition` that is not false; fail with the logs of `parts` when none comes."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        ended = [part.name for part in parts if not part.is_running]
        if ended or time.monotonic() > until:
            why = f"{', '.join(ended)} ended" if ended else f"not within {seconds:.0f} s"
            raise AssertionError("\n".join((f"{what}: {why}", *(part.tail() for part in parts))))
        time.sleep(POLL)
    return found
