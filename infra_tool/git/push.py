"""Push a plan: fetch the tip, plan on it, commit, push; when someone was faster, plan again on the new tip."""

import re
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from infra_tool.edits import Change, Edits
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.git.backoff import pause
from infra_tool.git.clone import kept_clone, private_clone
from infra_tool.git.command import check_url, run
from infra_tool.git.commit import commit, with_subject
from infra_tool.git.deliver import foresee
from infra_tool.git.delivery import Delivery, Outcome
from infra_tool.git.environment import environment
from infra_tool.git.forward import fast_forward
from infra_tool.git.kept import DamagedError
from infra_tool.git.objects import Objects
from infra_tool.git.partial import missing_fetcher
from infra_tool.git.place import place
from infra_tool.git.snapshot import GitSnapshot, tip_snapshot
from infra_tool.git.ssh import connection
from infra_tool.git.talk import TRIES, recover
from infra_tool.git.tip import Tip

R = TypeVar("R")


def deliver_remote(change: Change[R], delivery: Delivery) -> Outcome[R]:
    """Carry `change` out on the branch of a remote, without a checkout."""
    end = time.monotonic() + delivery.deadline
    if delivery.kind in {"worktree", "commit"}:
        raise UsageError("a remote can only be pushed to")
    with connection(delivery.ssh, delivery.remote or "") as variables:
        about = (delivery.remote or "", branch(delivery), environment(extra=variables), end)
        with suppress(DamagedError), kept_clone(*about) as kept:
            if kept:
                return _carry_out(change, delivery, kept)
        with private_clone(*about) as tip:
            return _carry_out(change, delivery, tip)


def _carry_out(change: Change[R], delivery: Delivery, tip: Tip) -> Outcome[R]:
    if delivery.kind == "push":
        return _push(change, delivery, tip)[0]
    snapshot = _snapshot(tip, tip.fetch(options=tip.first))
    return foresee(change(snapshot), snapshot, delivery)


def deliver_push(change: Change[R], delivery: Delivery, root: Path) -> Outcome[R]:
    """Carry `change` out on the branch of the checkout's own remote; the user's other commits are not pushed."""
    end = time.monotonic() + delivery.deadline
    where = place(root)
    remote, ref, url = _remote(delivery, root)
    objects = Objects(root, missing_fetcher(root))
    with connection(delivery.ssh, url, root) as variables:
        env = environment(extra=variables)
        tip = Tip(root, remote, branch(delivery), ref, env, objects, end, prefix=where.prefix)
        outcome, base = _push(change, delivery, tip)
    if outcome.commit is None or base is None:
        return outcome
    return replace(outcome, hint=fast_forward(where, tip.branch, base, outcome.commit))


def branch(delivery: Delivery) -> str:
    """Return the branch to push to; raises UsageError for what git does not allow as a name."""
    name = delivery.branch
    if re.search(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-./]|/[.]|[./]$|\.lock(/|$)|^$|^@$", name):
        raise UsageError(f"{name!r} is not the name of a branch")
    return name


def _remote(delivery: Delivery, root: Path) -> tuple[str, str, str]:
    """Return the remote of the checkout at `root`, the ref that keeps the branch as it was last seen there, its URL."""
    own = run(("config", "--get", "remote.origin.url"), cwd=root, ok=(0, 1))
    if own.status == 0:
        return "origin", f"refs/remotes/origin/{branch(delivery)}", own.stdout.decode(errors="replace").strip()
    if delivery.remote is None:
        raise UsageError("the repo has no remote named origin", hint="git remote add origin URL, or --remote URL")
    url = check_url(delivery.remote)
    return url, f"refs/infra-tool/{branch(delivery)}", url


def _push(change: Change[R], delivery: Delivery, tip: Tip) -> tuple[Outcome[R], str | None]:
    """Return how it went, and the commit that the pushed one was built on."""
    base = tip.fetch(options=tip.first)
    for attempt in range(1, delivery.retries + 2):
        snapshot = _snapshot(tip, base)
        plan = change(snapshot)
        edits = plan.edits.effective(snapshot.tree)
        if not edits:
            return Outcome(plan.result, edits, attempts=attempt), base
        made = _commit(tip, base, edits, with_subject(plan.message, delivery.message), delivery.author)
        landed, latest = _hand_over(tip, base, made, attempt)
        if landed:
            return Outcome(plan.result, edits, made, attempt), base
        base = latest
    raise InfraToolError(
        f"others pushed first, {delivery.retries + 1} times in a row", hint="run this again, or with more --retries"
    )


def _snapshot(tip: Tip, commit_: str | None) -> GitSnapshot:
    """Return the files at the tip; what an earlier plan read is fetched at once, as this one will read it too."""
    snapshot = tip_snapshot(tip.place, commit_, tip.objects, tip.deepen)
    again = [path for path in tip.objects.asked if path in snapshot.tree.entries] if tip.objects.asked else []
    snapshot.tree.read_many(again)
    return snapshot


def _commit(tip: Tip, base: str | None, edits: Edits, message: str, author: str | None) -> str:
    files = {tip.prefix + path: file for path, file in edits.files.items()}
    return commit(tip.place, base, files, message, author)


def _hand_over(tip: Tip, base: str | None, made: str, attempt: int) -> tuple[bool, str | None]:
    """Push `made`; return whether it is part of the branch now, and the commit that the branch ends with.

    Raises InfraToolError with the server's words when nobody else was faster: trying again would change nothing.
    """
    for turn in range(TRIES):
        refusal = tip.push(made, base)
        if refusal is None:
            return True, made
        recover(turn + 1) if refusal.passing else pause(attempt)
        latest = tip.fetch()
        if tip.holds(made, latest):
            return True, latest
        if latest != base:
            return False, latest
        if not refusal.passing or turn == TRIES - 1:
            raise InfraToolError(f"the push to {tip.branch} was refused: {refusal.words}")
    raise AssertionError
