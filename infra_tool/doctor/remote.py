"""The server of the repo: whether it is there, lets this person in, and has the branches."""

from collections.abc import Iterator, Sequence

from infra_tool import git
from infra_tool.doctor.line import OFFLINE, PATIENCE, Here, Line
from infra_tool.git.command import redact, words
from infra_tool.git.talk import is_passing
from infra_tool.proc import ProgramError

NAME = "remote"
SSH = "ssh -o BatchMode=yes -o ConnectTimeout=5"
GONE = ("network is unreachable", "no route to host", "temporary failure in name resolution", "operation timed out")
UNKNOWN_HOST = "host key verification failed"


def check(here: Here) -> Iterator[Line]:
    """Ask for the branches."""
    if here.root is None:
        return
    if not here.config.remote:
        yield Line("warn", "the configuration names no remote", "set remote in .infra-tool.yaml")
    elif here.offline:
        yield OFFLINE
    else:
        yield _ask(here, here.config.remote)


def _ask(here: Here, remote: str) -> Line:
    branches = dict.fromkeys((here.config.branch, here.config.followed))
    extra = {} if {"GIT_SSH", "GIT_SSH_COMMAND"} & here.environ.keys() else {"GIT_SSH_COMMAND": SSH}
    refs = [f"refs/heads/{branch}" for branch in branches]
    try:
        done = git.run(
            ("ls-remote", "--", remote, *refs),
            cwd=here.root or here.home,
            ok=None,
            env=git.environment(extra=extra),
            timeout=2 * PATIENCE,
        )
    except ProgramError as error:
        return Line("unchecked", f"the server of the remote does not answer: {error.message}")
    said = redact(words(done.stderr))
    if done.status == 0:
        return _found(done.stdout.decode(errors="replace"), refs)
    last = next((line for line in said.splitlines() if line.strip()), "git said nothing")
    if is_passing(done) or any(sign in said.lower() for sign in GONE):
        return Line("unchecked", f"the server of the remote cannot be reached: {last}")
    if UNKNOWN_HOST in said.lower():
        return Line("fail", "the server of the remote is not known to ssh", "ssh to it once, and compare its key")
    return Line("fail", f"the remote refuses: {last}", "is the ssh key, or the token of git, known to the server?")


def _found(told: str, refs: Sequence[str]) -> Line:
    there = {line.partition("\t")[2] for line in told.splitlines()}
    missing = [ref.removeprefix("refs/heads/") for ref in refs if ref not in there]
    if missing:
        return Line("warn", f"the remote has no branch {missing[0]}", f"git push origin HEAD:{missing[0]}")
    return Line("ok", "the remote is there and lets this person read")
