"""The end of a branch on a server: fetched, planned on, pushed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from infra_tool.errors import UsageError
from infra_tool.git.command import failed, redact, run, words
from infra_tool.git.history import History
from infra_tool.git.objects import Objects
from infra_tool.git.talk import insist, is_passing, once
from infra_tool.proc import Completed

FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--recurse-submodules=no")
PUSH = ("push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")


class Refusal(NamedTuple):
    """Why a push did not go through, in the words of git and the server; whether it may pass when tried again."""

    words: str
    passing: bool


@dataclass(frozen=True)
class Tip:
    """The end of `branch` of `remote`, seen through the repo at `place`, where `ref` keeps it.

    `prefix` is the way from the top of the repo to the infra repo; `end` the moment (time.monotonic) to give up at;
    `first` are options of the first fetch.
    """

    place: Path
    remote: str
    branch: str
    ref: str
    env: Mapping[str, str]
    objects: Objects
    end: float
    prefix: str = ""
    deepen: History | None = None
    first: tuple[str, ...] = ()

    def fetch(self, *, options: tuple[str, ...] = ()) -> str | None:
        """Return the commit that the branch ends with now, fetched; None for a server without any branch.

        Raises UsageError when the server has other branches only, InfraToolError when it cannot be reached.
        """
        command = (*FETCH, *options, self.remote, f"+refs/heads/{self.branch}:{self.ref}")
        done = insist(command, cwd=self.place, env=self.env, end=self.end)
        if done.status != 0:
            self._explain(command, done)
            return None
        return run(("rev-parse", "--verify", self.ref), cwd=self.place).stdout.decode().strip()

    def push(self, commit: str, base: str | None) -> Refusal | None:
        """Push `commit`, which was made on `base`, as the new end of the branch; None when the server took it.

        The lease makes git stricter, not laxer: the branch must still end with `base`. Without it a branch that was set
        back meanwhile would get back what somebody took away.
        """
        ref = f"refs/heads/{self.branch}"
        command = (*PUSH, f"--force-with-lease={ref}:{base or ''}", self.remote, f"{commit}:{ref}")
        done = once(command, cwd=self.place, env=self.env, end=self.end)
        return None if done.status == 0 else Refusal(_words(done), is_passing(done))

    def holds(self, commit: str, tip: str | None) -> bool:
        """Tell whether `commit` is part of the branch that ends with `tip`."""
        if tip is None:
            return False
        return run(("merge-base", "--is-ancestor", commit, tip), cwd=self.place, ok=(0, 1)).status == 0

    def _explain(self, command: tuple[str, ...], done: Completed) -> None:
        """Return when the server is empty; raise the reason of the failed fetch otherwise."""
        listing = once(("ls-remote", self.remote), cwd=self.place, env=self.env, end=self.end)
        if listing.status == 0 and not listing.stdout:
            return
        if listing.status == 0 and f"\trefs/heads/{self.branch}\n" not in listing.stdout.decode(errors="replace"):
            raise UsageError(f"the remote has no branch {self.branch}", hint="name one with --branch")
        raise failed(command, done)


def _words(done: Completed) -> str:
    """Return what the server said, and git's own reason where it gave one."""
    lines = words(done.stderr).splitlines()
    said = [_plain(line.removeprefix("remote:")) for line in lines if line.startswith("remote:")]
    reasons = [line.rpartition("\t")[2] for line in words(done.stdout).splitlines() if line.startswith("!")]
    parts = [part for part in (*reasons, *said) if part] or ["\n".join(filter(None, map(_plain, lines)))]
    return redact("; ".join(dict.fromkeys(parts)))


def _plain(line: str) -> str:
    """Return a line without what Gitea puts before each of its own, those that say nothing included."""
    return line.strip().removeprefix("error:").strip()
