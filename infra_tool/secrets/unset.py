"""Remove keys of a Secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from infra_tool import sops
from infra_tool.edits import Plan, Snapshot, Tree
from infra_tool.errors import RefusedError
from infra_tool.repo import closest
from infra_tool.secrets import locate, restart, stubs
from infra_tool.secrets.session import Session, read
from infra_tool.sops import Change
from infra_tool.yamldoc import Mapping

Action = Literal["removed", "absent"]


@dataclass(frozen=True)
class UnsetKey:
    """What became of one key; `similar` is the key that one that is not there may be a misspelling of."""

    key: str
    action: Action
    similar: str | None = None


@dataclass(frozen=True)
class UnsetResult:
    """What became of the keys; `restarted` names the workloads whose annotation was refreshed, as `Kind/name`."""

    path: str
    keys: tuple[UnsetKey, ...]
    restarted: tuple[str, ...]


def unset(
    snapshot: Snapshot, path: str, keys: Sequence[str], session: Session, *, refresh: bool = True
) -> Plan[UnsetResult]:
    """Plan to remove keys of the Secret in `path`, from the list of stubs too; one that is not there is left at that.

    Raises RefusedError when no value would be left. `refresh` as in set_values.
    """
    tree = snapshot.tree
    old = new = read(tree, path)
    done = []
    for key in dict.fromkeys(keys):
        file = sops.parse(new, path)[0]
        if locate.find(file, key):
            done.append(UnsetKey(key, "removed"))
            new = _without(tree, path, new, key, session)
        else:
            done.append(UnsetKey(key, "absent", closest(key, locate.keys(file))))
    refreshed = restart.written(tree, path, old, new, refresh=refresh)
    removed = ", ".join(entry.key for entry in done if entry.action == "removed")
    result = UnsetResult(path, tuple(done), refreshed.workloads)
    return Plan(session.guard(tree, refreshed.edits), f"chore(secrets): remove {removed} from {path}", result)


def _without(tree: Tree, path: str, data: bytes, key: str, session: Session) -> bytes:
    """Return the file without a key, which may be under stringData and under data."""
    while slot := locate.find((parsed := sops.parse(data, path))[0], key):
        file, found = parsed
        if len(list(locate.keys(file))) == 1:
            hint = "remove the file and what names it: its line in kustomization.yaml, envFrom, volumes"
            raise RefusedError(f"{key} is the last value of this file", path=path, hint=hint)
        fields = slot.root.get(slot.field)
        alone = isinstance(fields, Mapping) and len(fields.items) == 1
        keys = (slot.field,) if alone else (slot.field, key)
        changes = (Change(slot.document, keys, None), *stubs.without(slot.document, slot.root, key))
        data = sops.file_writer(path, found, session.backend).edit(data, path, changes, session.means(tree))
    return data
