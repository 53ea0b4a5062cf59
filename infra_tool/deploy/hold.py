"""Whether a service is held: then no build moves it, until somebody lets it go."""

from dataclasses import dataclass
from typing import Literal

from infra_tool import apps, repo, yamldoc
from infra_tool.apps.hold import Hold, load
from infra_tool.edits import Change, Edits, Plan, Snapshot
from infra_tool.errors import UsageError


@dataclass(frozen=True)
class Held:
    """What became of a hold."""

    service: str
    action: Literal["held", "released", "unchanged"]
    hold: Hold | None


def written(hold: Hold) -> bytes:
    """Return the file of a hold."""
    pairs = ((key, value) for key, value in zip(Hold._fields, hold, strict=True) if value is not None)
    return "".join(f"{key}: {yamldoc.quoted(value)}\n" for key, value in pairs).encode()


def hold(service: str, wanted: Hold) -> Change[Held]:
    """Return the change that holds a service.

    The change raises UsageError for a service that is held for another reason: that is for somebody else to end.
    """

    def change(snapshot: Snapshot) -> Plan[Held]:
        tree = snapshot.tree
        path = apps.find(tree, repo.load_config(tree), service).hold_path
        now = load(tree, path)
        if now is not None and now.reason == wanted.reason:
            return Plan(Edits(), "", Held(service, "unchanged", now))
        if now is not None:
            raise UsageError(f"{service} is {now}", hint=f"infra-tool unhold {service} first", path=path)
        return Plan(Edits().write(path, written(wanted)), f"chore(hold): {service}", Held(service, "held", wanted))

    return change


def unhold(service: str) -> Change[Held]:
    """Return the change that lets a service go; it deploys nothing."""

    def change(snapshot: Snapshot) -> Plan[Held]:
        tree = snapshot.tree
        path = apps.find(tree, repo.load_config(tree), service).hold_path
        now = load(tree, path)
        if now is None:
            return Plan(Edits(), "", Held(service, "unchanged", None))
        return Plan(Edits().delete(path), f"chore(hold): {service} is let go", Held(service, "released", now))

    return change
