"""Carry a change out: the one place where a plan becomes a diff, files, a commit or a push."""

import time
from pathlib import Path
from typing import TypeVar

from infra_tool.edits import Change, Plan, Snapshot, applied, diff
from infra_tool.errors import UsageError
from infra_tool.git.alone import alone
from infra_tool.git.delivery import Delivery, Outcome
from infra_tool.git.snapshot import worktree_snapshot

R = TypeVar("R")


def deliver(change: Change[R], delivery: Delivery) -> Outcome[R]:
    """Plan `change` on the files it is for and do with the plan what `delivery` says.

    Nothing is touched when there is nothing to do. Raises what `change` raises; InfraToolError when it could not be
    done, after which everything is as before.
    """
    if delivery.root is None and delivery.remote is None:
        raise UsageError("there is no repo here", hint="go to the infra repo, or name one with --remote")
    if delivery.root is None:
        from infra_tool.git.push import deliver_remote  # noqa: PLC0415 -- only a push needs it

        return deliver_remote(change, delivery)
    if delivery.kind == "push":
        from infra_tool.git.push import deliver_push  # noqa: PLC0415 -- as above

        return deliver_push(change, delivery, delivery.root)
    if delivery.kind in {"dry-run", "check"}:
        snapshot = worktree_snapshot(delivery.root)
        return foresee(change(snapshot), snapshot, delivery)
    with alone(delivery.root, time.monotonic() + delivery.deadline):
        if delivery.kind == "commit":
            from infra_tool.git.local import deliver_commit  # noqa: PLC0415 -- only a commit needs it

            return deliver_commit(change, delivery, delivery.root)
        return _write(change, delivery.root)


def _write(change: Change[R], root: Path) -> Outcome[R]:
    snapshot = worktree_snapshot(root)
    plan = change(snapshot)
    edits = plan.edits.effective(snapshot.tree)
    with applied(root, edits):
        return Outcome(plan.result, edits)


def foresee(plan: Plan[R], snapshot: Snapshot, delivery: Delivery) -> Outcome[R]:
    """Return what carrying `plan` out would change, with its diff for a dry run."""
    text = diff(snapshot.tree, plan.edits) if delivery.kind == "dry-run" else ""
    return Outcome(plan.result, plan.edits.effective(snapshot.tree), diff=text)
