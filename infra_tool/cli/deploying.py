"""What the commands that move services share: carrying a change out, telling how it went."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import typer

from infra_tool.cli import delivery, report, scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.errors import EXIT_REFUSED, UsageError

if TYPE_CHECKING:
    from infra_tool.apps import Version
    from infra_tool.deploy import Bumped, Hold, Service
    from infra_tool.edits import Change
    from infra_tool.git import Outcome, Ssh

R = TypeVar("R")

HINTS = {
    "held": "infra-tool unhold {service} lets it go",
    "diverged": "the two builds are of different branches; --allow-downgrade deploys it all the same",
    "unknown": "--on-unknown-order deploy deploys it all the same",
}


class OneFile(NamedTuple):
    """A file that is named on the command line, and what in it is to run which version."""

    path: Path
    version: "Version"
    image: str | None
    container: str | None


def deliver(change: "Change[R]", target: Target, ssh: "Ssh | None" = None) -> "Outcome[R]":
    """Carry a change out in the infra repo here, or in the remote one."""
    root = None if target.remote else scaffolding.infra_root()
    branch, remote = scaffolding.repo_defaults(root)
    return target.deliver(change, root=root, branch=branch, remote=remote, ssh=ssh)


def bump_file(one: OneFile, target: Target, ssh: "Ssh | None") -> "Outcome[Bumped]":
    """Edit one file: in the repo it lies in, in the remote one, or outside of any repo."""
    from infra_tool import deploy, git

    if (one.image is None) == (one.container is None):
        raise UsageError("say which image of the file: --image NAME or --container NAME")

    def change(path: str) -> "Change[Bumped]":
        return deploy.bump_file(
            path, one.version, image=one.image, container=one.container, second_reader=target.remote is None
        )

    if target.remote:
        return target.deliver(change(one.path.as_posix()), root=None, branch="main", ssh=ssh)
    place = one.path.absolute()
    if not place.is_file():
        raise UsageError("no such file", path=str(one.path))
    place = place.parent.resolve() / place.name
    root = git.root(place.parent)
    if root is None:
        return _alone(change(place.name), place, target)
    return target.deliver(change(place.relative_to(root.resolve()).as_posix()), root=root, branch="main", ssh=ssh)


def _alone(change: "Change[Bumped]", place: Path, target: Target) -> "Outcome[Bumped]":
    """Edit a file that lies in no repo; nothing around it is looked at."""
    from infra_tool import edits, git

    if target.kind in {"commit", "push"}:
        raise UsageError(f"{place} is in no git repo, where nothing can be committed")
    tree = edits.MemoryTree({place.name: place.read_bytes()})
    plan = change(git.GitSnapshot(tree, None, place.parent))
    found = plan.edits.effective(tree)
    if target.kind == "worktree":
        edits.apply(place.parent, found)
    return git.Outcome(plan.result, found, diff=edits.diff(tree, found))


def tell(
    command: str, outcome: "Outcome[Bumped]", target: Target, format_: report.Format, *, applied: str | None = None
) -> None:
    """Print how it went; the exit code is 4 when a service was refused. `applied` is what Flux said of the commit."""
    bumped = outcome.result
    for service in bumped.services:
        if service.warning:
            report.warn(f"{service.service}: {service.warning}")
    result = {
        "services": [_json(service) for service in bumped.services],
        **where(outcome, target, applied),
    }
    shown = [line for service in bumped.services if not service.is_refused for line in _lines(service)]
    text = "\n".join([*shown, *committed(outcome, applied)])
    delivery.finish(command, outcome, target, format_, result=result, text=text)
    for service in bumped.refused:
        report.note(f"error: {service.service} is {_reason(service)}")
        report.note(f"hint: {HINTS[service.action].format(service=service.service)}")
    if bumped.refused:
        raise typer.Exit(EXIT_REFUSED)
    if outcome.hint:
        report.note(f"hint: {outcome.hint}")


def committed(outcome: "Outcome[R]", applied: str | None) -> Iterator[str]:
    """Yield the lines about the commit, where there is one."""
    if outcome.commit:
        yield f"commit {outcome.commit}"
    if applied:
        yield f"applied: {applied}"


def where(outcome: "Outcome[R]", target: Target, applied: str | None = None) -> report.Json:
    """Return what the results of all these commands say of the commit."""
    from infra_tool.deploy import commit_url

    return {
        "commit": outcome.commit,
        "commit_url": commit_url(pushed_to(target), outcome.commit, os.environ.get("GITHUB_SERVER_URL")),
        "attempts": outcome.attempts,
        **({"applied": applied} if applied else {}),
    }


def new_hold(target: Target, reason: str | None) -> "Hold":
    """Return a hold by the person at this machine, since now."""
    import time

    from infra_tool.deploy import Hold

    person = target.author.partition("<")[0].strip() if target.author else scaffolding.person(Path.cwd())
    return Hold(person, moment(int(time.time())), reason)


def moment(seconds: int) -> str:
    """Return a time since the epoch as RFC 3339, in UTC."""
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def pushed_to(target: Target) -> str | None:
    """Return where a push went."""
    from infra_tool import git

    if target.kind != "push" or target.remote:
        return target.remote
    done = git.run(("config", "--get", "remote.origin.url"), cwd=Path.cwd(), ok=(0, 1))
    return done.stdout.decode(errors="replace").strip() or None


def _json(service: "Service") -> report.Json:
    held = service.held_by
    return {
        "service": service.service,
        "action": service.action,
        "changes": [change._asdict() for change in service.changes],
        "superseded_by": service.superseded_by,
        "held_by": held._asdict() if held is not None else None,
        **({"digest": service.digest} if service.digest is not None else {}),
    }


def _lines(service: "Service") -> list[str]:
    if service.action == "superseded":
        return [f"{service.service}: superseded, {service.superseded_by} is newer and stays"]
    places = [f"  {change.path}:{change.line}: {change.old} -> {change.new}" for change in service.changes]
    return [f"{service.service}: {service.action}", *places]


def _reason(service: "Service") -> str:
    if service.held_by is not None:
        return str(service.held_by)
    if service.action == "diverged":
        return "not moved: the build and what is deployed have diverged"
    return "not moved: the order of the build and of what is deployed is not known"
