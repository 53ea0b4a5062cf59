"""Set one key of a Secret: three changed lines, everything else stays."""

import base64
from dataclasses import dataclass
from typing import Literal

from infra_tool import sops, yamldoc
from infra_tool.edits import Edits, Plan, Snapshot
from infra_tool.errors import InfraToolError
from infra_tool.secrets import locate, restart, stubs
from infra_tool.secrets.locate import Slot
from infra_tool.secrets.session import Session, read
from infra_tool.sops import Opened, Secret, binary
from infra_tool.splice import Splice, apply
from infra_tool.yamldoc import Mapping, YamlFile

Action = Literal["set", "added", "unchanged"]


@dataclass(frozen=True)
class SetResult:
    """What became of the key; `restarted` names the workloads whose annotation was refreshed, as `Kind/name`."""

    path: str
    key: str
    action: Action
    was_stub: bool
    restarted: tuple[str, ...]


def set_value(
    snapshot: Snapshot, path: str, key: str, value: Secret, session: Session, *, refresh: bool = True
) -> Plan[SetResult]:
    """Plan to set `key` of the Secret in `path`; a key that does not exist is added.

    The key is taken off the list of stubs. With `refresh`, workloads in the same directory that carry the restart
    annotation get it refreshed. A value that is the same already, and no stub, changes nothing.
    """
    tree = snapshot.tree
    old = read(tree, path)
    file, found = sops.parse(old, path)
    slot = locate.find(file, key) or locate.free(file, key, is_text=value.is_text)
    text = _encoded(file, slot, value)
    writes = _by_program if sops.file_writer(path, found, session.backend) == "sops" else _embedded
    new = writes(old, file, slot, text, session)
    refreshed = restart.Refreshed(Edits().write(path, new, tree.entries[path].mode), ())
    if refresh and sops.fingerprint(new) != sops.fingerprint(old):
        refreshed = restart.refresh(tree, refreshed.edits, path)
    was_stub = key in sops.stub_keys(slot.root)
    action: Action = "unchanged" if new == old else "set" if slot.exists else "added"
    result = SetResult(path, key, action, was_stub, refreshed.workloads)
    return Plan(session.guard(tree, refreshed.edits), f"chore(secrets): set {key} in {path}", result)


def _encoded(file: YamlFile, slot: Slot, value: Secret) -> str:
    """Return the value as the slot's field holds it."""
    if slot.field == "data":
        return base64.b64encode(value.data).decode()
    if not value.is_text:
        message = f"the value is no text, and {slot.key} stands under stringData"
        raise InfraToolError(message, path=file.path, hint="move the key to data, which holds base64")
    return value.reveal()


def _embedded(old: bytes, file: YamlFile, slot: Slot, text: str, session: Session) -> bytes:
    opened = sops.open_file(old, file.path, session.keys())
    unstubbed = stubs.without(file, slot.root, slot.key)
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
        return yamldoc.set_key(file, slot.root, slot.field, f"{slot.key}: {token}", after=after)
    if slot.exists:
        return sops.placed(file, opened.values[slot.place].leaf, token)
    return yamldoc.set_key(file, fields, slot.key, f'"{token}"' if fields.flow and token.startswith("ENC") else token)


def _by_program(old: bytes, file: YamlFile, slot: Slot, text: str, session: Session) -> bytes:
    """Let sops write: it changes the first document only, and lays the file out in its own way."""
    if slot.document:
        raise InfraToolError("the sops program can set values of a file's first document only", path=file.path)
    new = binary.set_value(old, file.path, (slot.field, slot.key), text, identity=session.identity)
    left = [key for key in sops.stub_keys(slot.root) if key != slot.key]
    if len(left) < len(sops.stub_keys(slot.root)):
        annotation = ("metadata", "annotations", sops.STUBS)
        new = binary.set_value(new, file.path, annotation, ",".join(left), identity=session.identity)
    return new
