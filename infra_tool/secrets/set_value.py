"""Set keys of a Secret: three changed lines for one of them, everything else stays."""

import base64
from collections.abc import Mapping as Values
from dataclasses import dataclass
from typing import Literal

from infra_tool import sops, yamldoc
from infra_tool.edits import Plan, Snapshot, Tree
from infra_tool.errors import InfraToolError
from infra_tool.repo import closest
from infra_tool.secrets import locate, restart, stubs
from infra_tool.secrets.locate import Slot
from infra_tool.secrets.session import Session, read
from infra_tool.secrets.values import is_plain
from infra_tool.sops import Opened, Secret, binary
from infra_tool.splice import Splice, apply
from infra_tool.yamldoc import Mapping, YamlFile

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
    text = _encoded(file, slot, value)
    if sops.file_writer(path, found, session.backend) == "sops":
        new = _by_program(old, file, slot, text, session)
    else:
        new = _embedded(session.open(tree, path, old), slot, text, session)
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


def _embedded(opened: Opened, slot: Slot, text: str, session: Session) -> bytes:
    old = opened.file.data
    unstubbed = stubs.without(opened.file, slot.root, slot.key)
    if slot.exists and opened.text(slot.place) == text:
        return sops.reseal(opened, apply(old, unstubbed), session.entropy) if unstubbed else old
    edit = _placed(opened, slot, sops.token(opened, slot.place, text, session.entropy))
    return sops.reseal(opened, apply(old, [edit, *unstubbed]), session.entropy)


def _placed(opened: Opened, slot: Slot, token: str) -> Splice:
    """Put the ciphertext where the key's value stands, or add the key below the others."""
    file = opened.file
    fields = slot.root.get(slot.field)
    if not isinstance(fields, Mapping):
        after = "data" if slot.root.key("data") else "metadata"
        return yamldoc.set_key(file, slot.root, slot.field, f"{yamldoc.quoted(slot.key)}: {token}", after=after)
    if slot.exists:
        return sops.placed(file, opened.values[slot.place].leaf, token)
    return yamldoc.set_key(file, fields, slot.key, f'"{token}"' if fields.flow and token.startswith("ENC") else token)


def _by_program(old: bytes, file: YamlFile, slot: Slot, text: str, session: Session) -> bytes:
    """Let sops write: it changes the first document only, and lays the file out in its own way."""
    if slot.document:
        raise InfraToolError("the sops program can set values of a file's first document only", path=file.path)
    new = binary.set_value(old, file.path, (slot.field, slot.key), text, identity=session.identity)
    return stubs.without_by_program(new, file.path, slot.root, slot.key, session)
