"""Set keys of a Secret: three changed lines for one of them, everything else stays."""

import base64
from collections.abc import Mapping as Values
from dataclasses import dataclass
from typing import Literal

from infra_tool import sops
from infra_tool.edits import Plan, Snapshot, Tree
from infra_tool.errors import InfraToolError
from infra_tool.repo import closest
from infra_tool.secrets import locate, restart, stubs
from infra_tool.secrets.locate import Slot
from infra_tool.secrets.session import Session, read
from infra_tool.secrets.values import is_plain
from infra_tool.sops import Change, Secret
from infra_tool.yamldoc import YamlFile

Action = Literal["set", "added", "unchanged"]


@dataclass(frozen=True)
class SetKey:
    """What became of one key; `similar` is the key that a new one may be a misspelling of."""

    key: str
    action: Action
    was_stub: bool
    similar: str | None = None


@dataclass(frozen=True)
class SetResult:
    """What became of the keys; `restarted` names the workloads whose annotation was refreshed, as `Kind/name`."""

    path: str
    keys: tuple[SetKey, ...]
    restarted: tuple[str, ...]


def set_values(
    snapshot: Snapshot, path: str, values: Values[str, Secret], session: Session, *, refresh: bool = True
) -> Plan[SetResult]:
    """Plan to set keys of the Secret in `path`; a key that does not exist is added.

    The keys are taken off the list of stubs. With `refresh`, workloads in the same directory that carry the restart
    annotation get it refreshed. A value that is the same already, and no stub, changes nothing.
    """
    tree = snapshot.tree
    old = new = read(tree, path)
    done = []
    for key, value in values.items():
        new, result = _set(tree, path, new, key, value, session)
        done.append(result)
    refreshed = restart.written(tree, path, old, new, refresh=refresh)
    result_ = SetResult(path, tuple(done), refreshed.workloads)
    return Plan(session.guard(tree, refreshed.edits), f"chore(secrets): set {', '.join(values)} in {path}", result_)


def _set(tree: Tree, path: str, old: bytes, key: str, value: Secret, session: Session) -> tuple[bytes, SetKey]:
    """Return the file with one key set, and what that meant."""
    file, found = sops.parse(old, path)
    slot = locate.find(file, key) or locate.free(file, key, is_text=is_plain(value))
    changes = (
        Change(slot.document, (slot.field, key), _encoded(file, slot, value)),
        *stubs.without(slot.document, slot.root, key),
    )
    new = sops.file_writer(path, found, session.backend).edit(old, path, changes, session.means(tree))
    action: Action = "unchanged" if new == old else "set" if slot.exists else "added"
    similar = closest(key, locate.keys(file)) if action == "added" else None
    return new, SetKey(key, action, key in sops.stub_keys(slot.root), similar)


def _encoded(file: YamlFile, slot: Slot, value: Secret) -> str:
    """Return the value as the slot's field holds it."""
    if slot.field == "data":
        return base64.b64encode(value.data).decode()
    if not value.is_text:
        message = f"the value is no text, and {slot.key} stands under stringData"
        raise InfraToolError(message, path=file.path, hint="move the key to data, which holds base64")
    return value.reveal()
