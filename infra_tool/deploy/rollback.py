"""Go back to a version that ran before: a deploy like any other, and a hold, so that no build undoes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise

from infra_tool import apps, repo
from infra_tool.apps import App, Chosen, Version
from infra_tool.apps.hold import Hold, load
from infra_tool.deploy.bump import changes_of
from infra_tool.deploy.history import Run, before, runs
from infra_tool.deploy.hold import written
from infra_tool.deploy.result import Change
from infra_tool.deploy.trailer import Deployed
from infra_tool.deploy.verify import Look
from infra_tool.edits import Change as Planner
from infra_tool.edits import Edits, Plan, Snapshot
from infra_tool.errors import InfraToolError, RefusedError, UsageError
from infra_tool.reference import Reference

SHOWN = 5
"""How many versions an error suggests."""


@dataclass(frozen=True, kw_only=True)
class RollbackWanted:
    """Which service goes back, to which tag (None: to what ran before), and the hold, None for none.

    A hold without a reason gets one.
    """

    service: str
    to: str | None = None
    image: str | None = None
    hold: Hold | None = None


@dataclass(frozen=True)
class AlsoChanged:
    """A file of the service that changed since the version ran: the rollback leaves it as it is."""

    path: str
    commit: str
    subject: str


@dataclass(frozen=True)
class RolledBack:
    """How a service went back. `changes` is empty when it ran the version already; `hold` is what holds it now.

    `unverified` says why the registry could not be asked whether it still has the image; None where it has.
    """

    service: str
    old: str
    new: str
    changes: tuple[Change, ...]
    hold: Hold | None
    also_changed: tuple[AlsoChanged, ...]
    unverified: str | None = None


def rollback(wanted: RollbackWanted, look: Look, *, second_reader: bool = True) -> Planner[RolledBack]:
    """Return the change that takes a service back; `look` asks the registry for its image.

    The change raises UsageError when no such version ran, RefusedError when the registry no longer has it, or the
    service moved on while the change was on its way to the server: the version to get rid of is then another one.
    """
    first: list[Version] = []
    unverified = cache(partial(_unverified, look))

    def change(snapshot: Snapshot) -> Plan[RolledBack]:
        tree = snapshot.tree
        config = repo.load_config(tree)
        app = apps.find(tree, config, wanted.service)
        chosen = apps.choose(app, config, wanted.image)
        now = chosen.decided[0].version
        first.append(now)
        _check_same(wanted.service, first[0], now)
        ran = runs(snapshot, app, chosen)
        target = _target(wanted, ran, now)
        version = target.version
        changes = changes_of(chosen.decided, version)
        doubt = unverified(Reference(chosen.name, version.tag, version.digest)) if changes else None
        edits = apps.edited(tree, chosen.places, version, second_reader=second_reader) if changes else Edits()
        held = load(tree, app.hold_path)
        if wanted.hold is not None and (changes or held is None):
            held = _with_reason(wanted.hold, now, version)
            edits = edits.write(app.hold_path, written(held))
        result = RolledBack(
            wanted.service,
            str(now),
            str(version),
            changes,
            held,
            tuple(_also_changed(snapshot, app, chosen, ran, target)),
            doubt,
        )
        return Plan(edits, _message(chosen.name, result, target), result)

    return change


def _target(wanted: RollbackWanted, ran: Sequence[Run], now: Version) -> Run:
    if wanted.to is None:
        found = before(ran)
        if found is None:
            raise UsageError(f"{wanted.service} ran nothing before {now}")
        return found
    match = next((run for run in ran if wanted.to in {run.version.tag, str(run.version)}), None)
    if match is None:
        known = ", ".join(list(dict.fromkeys(str(run.version) for run in ran))[:SHOWN])
        hint = f"it ran {known}; any other version: infra-tool bump --allow-downgrade"
        raise UsageError(f"{wanted.service} never ran {wanted.to}", hint=hint)
    return match


def _check_same(service: str, first: Version, now: Version) -> None:
    """Raise RefusedError when a service runs another version than at the first attempt."""
    if now != first:
        hint = "look at it, and run this again if it is no better"
        raise RefusedError(f"{service} was moved to {now} meanwhile", hint=hint)


def _unverified(look: Look, image: Reference) -> str | None:
    """Return why it cannot be told whether the registry has an image; RefusedError is raised when it has not."""
    try:
        found = look(image)
    except InfraToolError as error:
        return error.message
    if found is None:
        raise RefusedError(
            f"the registry no longer has {image}", hint="--to TAG goes back to another one; history tells which ran"
        )
    return None


def _with_reason(hold: Hold, now: Version, version: Version) -> Hold:
    if hold.reason is not None:
        return hold
    return hold._replace(reason=f"rolled back from {now} to {version}" if now != version else f"stays at {version}")


def _also_changed(
    snapshot: Snapshot, app: App, chosen: Chosen, ran: Sequence[Run], target: Run
) -> Iterator[AlsoChanged]:
    """Yield the files that changed since a version ran, newest first, each once; changes of the version itself not."""
    since = next((run.commit.sha for run, older in pairwise(ran) if older == target), None)
    deploys = {run.commit.sha for run in ran}
    places = {place.file.path for place in chosen.places}
    seen = {app.hold_path}
    for past in snapshot.past([app.directory]) if since is not None else ():
        sha = past.commit.sha
        for path in past.blobs:
            if path not in seen and not (sha in deploys and path in places):
                seen.add(path)
                yield AlsoChanged(path, sha, past.commit.message.partition("\n")[0])
        if sha == since:
            return


def _message(image: str, result: RolledBack, target: Run) -> str:
    if not result.changes:
        return f"chore(hold): {result.service}"
    told = target.told
    source = (told.repo, told.commit) if told is not None else ("", None)
    deploy = Deployed(result.service, image, result.old, result.new, *source)
    subject = f"chore(deploy): {result.service} → {result.new}, rolled back from {result.old}"
    return "\n".join([subject, "", str(deploy), f"Rolled-back: {result.service} {result.old}"])
