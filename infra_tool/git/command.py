"""Run git. Credentials in a URL never reach an error."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra_tool import proc
from infra_tool.errors import UsageError
from infra_tool.git.environment import environment
from infra_tool.proc import Completed, ProgramError

# A number and a slash after the colon is a port.
CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*:(?!\d+/)[^@\s]*(?=@)|(?<=https://)[^/@\s]+(?=@)|(?<=http://)[^/@\s]+(?=@)")
PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/@\s]*:(?!\d+/)[^@\s]*@", re.IGNORECASE)


def run(
    arguments: Sequence[str],
    *,
    cwd: Path,
    stdin: bytes = b"",
    ok: tuple[int, ...] | None = (0,),
    env: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Completed:
    """Run git with `arguments` in the filtered environment, or in `env`; `ok` None allows every exit status.

    Raises ProgramError with git's own words, without credentials.
    """
    command = ("git", *arguments)
    done = proc.run(command, cwd=cwd, stdin=stdin, ok=None, env=environment() if env is None else env, timeout=timeout)
    if ok is not None and done.status not in ok:
        raise failed(arguments, done)
    return done


def failed(arguments: Sequence[str], done: Completed) -> ProgramError:
    """Return the error for a git that failed, in its own words without credentials."""
    return proc.failure(("git", *arguments), done._replace(stderr=redact(words(done.stderr)).encode()))


def lines(arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> list[str]:
    """Run git and return the lines it printed."""
    return os.fsdecode(run(arguments, cwd=cwd, env=env).stdout).splitlines()


def records(output: bytes) -> list[str]:
    """Return the parts of output that was printed with `-z`; a path that is not UTF-8 gets surrogates."""
    return os.fsdecode(output).split("\0")[:-1]


def words(output: bytes) -> str:
    """Return what git told the person."""
    return output.decode(errors="replace").strip()


def redact(text: str) -> str:
    """Return `text` without the user names and passwords of URLs in it."""
    return CREDENTIALS.sub("***", text)


def check_url(url: str) -> str:
    """Return `url`; raises UsageError for one that holds a password, without repeating it, and for an option."""
    if PASSWORD.match(url):
        raise UsageError(
            "the URL of the remote holds a password",
            hint="use an ssh key, a credential helper, or GIT_ASKPASS; arguments are visible to others",
        )
    if url.startswith("-") or not url:
        raise UsageError("the URL of the remote is empty or starts with a dash")
    return url
