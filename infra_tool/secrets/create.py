"""Make a new Secret: encrypted before it exists, named in the kustomization file beside it."""

import base64
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from infra_tool import repo, sops, yamldoc
from infra_tool.edits import Edits, Overlay, Plan, Snapshot, Tree
from infra_tool.errors import UsageError
from infra_tool.secrets import locate, restart
from infra_tool.secrets.encrypt import seal
from infra_tool.secrets.session import Session, load
from infra_tool.secrets.set_value import set_values
from infra_tool.secrets.values import decoded, is_plain, values
from infra_tool.sops import Secret
from infra_tool.yamldoc import Data, text

Action = Literal["created", "merged", "unchanged"]
ENDINGS = (".enc.yaml", ".enc.yml", ".yaml", ".yml")


@dataclass(frozen=True)
class NewSecret:
    """A Secret as asked for. Of the keys in `generated` only the presence counts when there is one already."""

    name: str
    type: str
    values: Mapping[str, Secret] = field(repr=False)
    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    generated: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Created:
    """What became of it: its keys, the kustomization file that names it, None for none, the workloads to restart."""

    path: str
    name: str
    action: Action
    keys: tuple[str, ...]
    listed_in: str | None
    restarted: tuple[str, ...]


def default_name(path: str) -> str:
    """Return the name of the Secret in a file: `n8n-smtp` for apps/n8n/smtp.enc.yaml."""
    stem = posixpath.basename(path)
    stem = next((stem.removesuffix(ending) for ending in ENDINGS if stem.endswith(ending)), stem)
    folder = posixpath.basename(posixpath.dirname(path))
    return stem if not folder or stem.startswith(folder) else f"{folder}-{stem}"


def create(
    snapshot: Snapshot, path: str, wanted: NewSecret, session: Session, *, merge: bool = False, refresh: bool = True
) -> Plan[Created]:
    """Plan to make the Secret `wanted` at `path`; with `merge`, one that is there takes over the values.

    The same Secret there already is nothing to do. Raises UsageError for another one, and for a path that no rule of
    the repo is for. `refresh` as in set_values.
    """
    tree = snapshot.tree
    action: Action = "created"
    name = wanted.name
    edits, restarted = Edits(), tuple[str, ...]()
    if path not in tree.entries:
        edits = edits.write(path, seal(tree, path, manifest(wanted), session))
    elif merge:
        merged = set_values(snapshot, path, wanted.values, session, refresh=False)
        edits, action = merged.edits, "merged" if merged.edits else "unchanged"
        name = next((text(root, "metadata", "name") or name for _, root in locate.secrets(load(tree, path))), name)
    else:
        _check_same(tree, path, wanted, session)
        action = "unchanged"
    if refresh and action != "unchanged":
        edits, restarted = restart.annotated(tree, edits, path)
    edits, listed_in = _listed(tree, edits, path)
    result = Created(path, name, action, tuple(wanted.values), listed_in, restarted)
    verb = "add values to" if action == "merged" else "add"
    return Plan(session.guard(tree, edits), f"chore(secrets): {verb} {path}", result)


def manifest(wanted: NewSecret) -> bytes:
    """Return the plain file, for memory only. What is no text, or what Flux would substitute, stands under `data`."""
    texts = {key: value.reveal() for key, value in wanted.values.items() if is_plain(value)}
    encoded = {
        key: base64.b64encode(value.data).decode() for key, value in wanted.values.items() if not is_plain(value)
    }
    metadata: dict[str, Data] = {"name": wanted.name}
    if wanted.namespace:
        metadata["namespace"] = wanted.namespace
    if wanted.labels:
        metadata["labels"] = dict(wanted.labels)
    found: dict[str, Data] = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": wanted.type}
    for name, entries in (("data", encoded), ("stringData", texts)):
        if entries:
            found[name] = dict(entries)
    return yamldoc.dump(found).encode()


def _check_same(tree: Tree, path: str, wanted: NewSecret, session: Session) -> None:
    """Raise UsageError unless `path` holds the Secret that is wanted."""
    data = tree.read(path)
    file = sops.parse(data, path)[0]
    roots = [root for _, root in locate.secrets(file)]
    held = values(tree, path, data, session)
    same = len(roots) == 1 and (text(roots[0], "metadata", "name"), text(roots[0], "type") or "Opaque") == (
        wanted.name,
        wanted.type,
    )
    for key, value in wanted.values.items() if same else ():
        slot = locate.find(file, key)
        same = same and slot is not None
        if slot and key not in wanted.generated:
            same = same and decoded(slot.field, held.get(slot.place, Secret(""))) == value
    if not same or len(list(locate.keys(file))) != len(wanted.values):
        raise UsageError("exists already, with another content", path=path, hint=f"infra-tool secret set {path} KEY")


def _listed(tree: Tree, edits: Edits, path: str) -> tuple[Edits, str | None]:
    """Return the edits with the file named in the kustomization file beside it, written last; and that file."""
    folder, name = posixpath.split(path)
    paths = repo.kustomization_paths(Overlay(tree, edits), folder)
    return (repo.add_resource(tree, edits, folder, name), paths[0]) if paths else (edits, None)
