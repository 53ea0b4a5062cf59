"""Move services to another version: one commit, one line each, never an older build over a newer one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple

from infra_tool import apps, reference, repo
from infra_tool.apps import Chosen, Decided, Version
from infra_tool.apps.hold import load
from infra_tool.deploy import order
from infra_tool.deploy.order import Source, Verdict
from infra_tool.deploy.result import Action, Bumped, Change, Service
from infra_tool.deploy.trailer import Deployed
from infra_tool.deploy.verify import Look, verified
from infra_tool.edits import Change as Planner
from infra_tool.edits import Edits, Overlay, Plan, Snapshot, Tree, readable
from infra_tool.errors import UsageError
from infra_tool.reference import Reference

OnUnknown = Literal["deploy", "refuse"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What one service is to run; `image` where it has several."""

    service: str
    version: Version
    image: str | None = None

    def check(self) -> None:
        """Raise UsageError for what is no tag, digest or image."""
        check_version(self.version)
        if self.image is not None:
            reference.parse(self.image)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What may be deployed. `second_reader`: check each edit with a second YAML reader, which takes time to load."""

    allow_downgrade: bool = False
    on_unknown: OnUnknown = "deploy"
    second_reader: bool = True


class _Rules(NamedTuple):
    source: Source
    policy: Policy
    look: Look | None


class _Step(NamedTuple):
    edits: Edits
    service: Service
    deployed: Deployed | None = None


def check_version(version: Version) -> None:
    """Raise UsageError for what is no tag or digest."""
    if version.tag is not None and not reference.is_tag(version.tag):
        raise UsageError(f"{version.tag!r} is no tag", hint="letters, digits and _.-, at most 128 characters")
    if version.digest is not None and not reference.is_digest(version.digest):
        raise UsageError(f"{version.digest!r} is no digest", hint="sha256: and 64 hexadecimal digits")


def bump(wanted: Sequence[Wanted], source: Source, policy: Policy, look: Look | None = None) -> Planner[Bumped]:
    """Return the change that makes services run other versions: all of them, or none when one is refused.

    `look` asks the registry for what is to be deployed, each image once. The change raises UsageError for a service,
    image or place that cannot be told for sure, RefusedError for an image that the registry does not have.
    """
    look = cache(look) if look else None
    source.check()
    for one in wanted:
        one.check()
    if len({one.service for one in wanted}) < len(wanted):
        raise UsageError("a service is named twice")

    def change(snapshot: Snapshot) -> Plan[Bumped]:
        tree = snapshot.tree
        readable(tree, apps.likely(tree, [one.service for one in wanted]))  # in one fetch, where one is needed
        config = repo.load_config(tree)
        edits = Edits()
        steps: list[_Step] = []
        for one in wanted:
            step = _plan(snapshot, Overlay(tree, edits) if edits else tree, config, one, _Rules(source, policy, look))
            edits = edits.then(step.edits)
            steps.append(step)
        if any(step.service.is_refused for step in steps):
            return Plan(Edits(), "", Bumped(tuple(_kept(step.service) for step in steps)))
        services = tuple(step.service for step in steps)
        deployed = [step.deployed for step in steps if step.deployed is not None]
        return Plan(edits, message(deployed, source, services), Bumped(services))

    return change


def _plan(snapshot: Snapshot, tree: Tree, config: repo.Config, one: Wanted, rules: _Rules) -> _Step:
    app = apps.find(tree, config, one.service)
    held = load(tree, app.hold_path)
    if held is not None:
        return _Step(Edits(), Service(one.service, "held", held_by=held))
    chosen = apps.choose(app, config, one.image)
    deployed = tuple(dict.fromkeys(version for _, version in chosen.decided))
    verdict = order.judge(snapshot, one.service, deployed, one.version, rules.source)
    action = _action(verdict, rules.policy)
    if action != "deployed":
        by = str(deployed[0]) if action == "superseded" else None
        return _Step(Edits(), Service(one.service, action, superseded_by=by))
    warning = "its order to what was deployed is not known" if verdict == "unknown" else None
    return _deploy(tree, one, chosen, rules, warning)


def _action(verdict: Verdict, policy: Policy) -> Action:
    if verdict == "same":
        return "unchanged"
    if verdict == "deploy" or policy.allow_downgrade:
        return "deployed"
    if verdict == "unknown":
        return "deployed" if policy.on_unknown == "deploy" else "unknown"
    return verdict


def _deploy(tree: Tree, one: Wanted, chosen: Chosen, rules: _Rules, warning: str | None) -> _Step:
    version = one.version
    digest = verified(rules.look, Reference(chosen.name, version.tag, version.digest)) if rules.look else None
    edits = apps.edited(tree, chosen.places, version, second_reader=rules.policy.second_reader)
    changes = changes_of(chosen.decided, version)
    commit = rules.source.commit_of(version)
    old = ",".join(dict.fromkeys(change.old for change in changes))
    deployed = Deployed(one.service, chosen.name, old, str(version), rules.source.repo or "", commit)
    return _Step(edits, Service(one.service, "deployed", changes, warning=warning, digest=digest), deployed)


def changes_of(decided: Iterable[Decided], version: Version) -> tuple[Change, ...]:
    """Return what places decided before and decide now."""
    return tuple(
        Change(place.file.path, place.file.line(place.node), str(old), str(version))
        for place, old in decided
        if old != version
    )


def _kept(service: Service) -> Service:
    """Return the result of a service that was not deployed because another one was refused."""
    return replace(service, action="unchanged", changes=()) if service.action == "deployed" else service


def message(deployed: Sequence[Deployed], source: Source, services: Sequence[Service]) -> str:
    """Return the message of the commit: a subject, one line a service, what the registry said, the CI run."""
    subject = f"chore(deploy): {', '.join(f'{one.service} → {one.new}' for one in deployed)}"
    seen = [f"Verified: {one.service} {one.digest}" for one in services if one.digest is not None]
    run = [f"CI-Run: {source.run}"] if source.run else []
    return "\n".join([subject, "", *map(str, deployed), *seen, *run])
