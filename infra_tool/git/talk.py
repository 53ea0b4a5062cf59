"""What is said to a server: until the deadline, and again when the connection is lost."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra_tool.errors import InfraToolError
from infra_tool.git.backoff import pause
from infra_tool.git.command import run, words
from infra_tool.git.environment import environment
from infra_tool.proc import Completed, ProgramError

LOST = (
    "hung up unexpectedly",
    "connection reset",
    "connection timed out",
    "connection closed by",
    "connection refused",
    "couldn't connect to server",
    "could not resolve host",
    "empty reply from server",
    "transfer closed",
    "recv failure",
    "send failure",
    "broken pipe",
    "early eof",
    "unexpected disconnect",
    "rpc failed",
    "returned error: 429",
    "returned error: 502",
    "returned error: 503",
    "returned error: 504",
    "died of signal",
    "cannot lock ref",
    "stale info",
)
"""What git, ssh and curl say of a lost connection, and git of a branch that somebody else is writing at the moment.

These, and nothing else, are tried again although nothing changed on the server.
"""

TRIES = 5
"""With the waits between them, some seconds: as long as a server takes to start again."""

TIMEOUT = 300.0
"""Seconds for what has no deadline of its own."""

AGAIN = "run this again: what has landed is found, what has not is done"


def once(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None, end: float | None, stdin: bytes = b""
) -> Completed:
    """Run git for a talk with a server, until the moment `end` (time.monotonic) at the latest.

    Raises InfraToolError when that has passed.
    """
    left = TIMEOUT if end is None else end - time.monotonic()
    if left <= 0:
        raise InfraToolError("the deadline has passed", hint="run this again, or give it a later --deadline")
    try:
        return run(command, cwd=cwd, env=environment() if env is None else env, ok=None, timeout=left, stdin=stdin)
    except ProgramError as error:
        raise ProgramError(f"{error.message}, then the deadline had passed", status=error.status, hint=AGAIN) from None


def insist(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None, end: float | None, stdin: bytes = b""
) -> Completed:
    """Do so again while the connection is lost, at most TRIES times."""
    done = once(command, cwd=cwd, env=env, end=end, stdin=stdin)
    for attempt in range(1, TRIES):
        if done.status == 0 or not is_passing(done):
            break
        recover(attempt)
        done = once(command, cwd=cwd, env=env, end=end, stdin=stdin)
    return done


def recover(attempt: int) -> None:
    """Wait for a server to come back: longer than for another writer."""
    pause(attempt + 2)


def is_passing(done: Completed) -> bool:
    """Tell whether what went wrong may pass by itself."""
    said = words(done.stderr + b"\n" + done.stdout).lower()
    return any(sign in said for sign in LOST)
