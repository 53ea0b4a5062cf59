"""Encrypt files in place, or a plain file into the place of an encrypted one.

Workloads beside a changed file that carry the restart annotation get it refreshed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from infra_tool import sops, yamldoc
from infra_tool.edits import FILE, Edits, Plan, Snapshot, Tree
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.secrets import restart
from infra_tool.secrets.session import Session, read
from infra_tool.sops import Rule, Rules

Action = Literal["encrypted", "completed", "updated", "unchanged"]


@dataclass(frozen=True)
class Encrypted:
    """What became of one file."""

    path: str
    action: Action


@dataclass(frozen=True)
class Draft:
    """A file on somebody's disk; `base` is what lies where it is to go: a commit, or the disk; None: nothing."""

    data: bytes = field(repr=False)
    base: bytes | None = field(default=None, repr=False)


def encrypt(
    snapshot: Snapshot, paths: Mapping[str, Draft | None], session: Session, *, refresh: bool = True
) -> Plan[tuple[Encrypted, ...]]:
    """Plan to encrypt files by the rules of the repo; those that are encrypted wholly stay as they are.

    `paths` names the files; with a draft it is that which is encrypted, not what the snapshot holds: a plain file is
    on somebody's disk, and was never committed. `refresh` as in set_values.

    Raises UsageError for a path that does not exist or that no rule matches, and InfraToolError with the line of what
    cannot be encrypted.
    """
    rules = require_rules(snapshot.tree)
    edits, done = Edits(), []
    for path, draft in paths.items():
        data = read(snapshot.tree, path) if draft is None else _current(snapshot.tree, path, draft)
        new = _sealed(snapshot.tree, rules, path, data, session)
        entry = snapshot.tree.entries.get(path)
        held = snapshot.tree.read(path) if entry else draft.base if draft else None
        done.append(Encrypted(path, _action(held, data, new, path)))
        if new != held:
            edits = edits.write(path, new, entry.mode if entry else FILE)
    return _plan(snapshot, edits, tuple(done), session, refresh=refresh)


def _current(tree: Tree, path: str, draft: Draft) -> bytes:
    """Return the content of a draft; raises InfraToolError when somebody else changed the file meanwhile."""
    if path in tree.entries and tree.read(path) not in (draft.base, draft.data):
        raise InfraToolError("was changed on the branch by somebody else", path=path, hint="git pull, then again")
    return draft.data


def seal(tree: Tree, path: str, data: bytes, session: Session) -> bytes:
    """Return a file's content encrypted by the rule for its path."""
    return _sealed(tree, require_rules(tree), path, data, session)


def _sealed(tree: Tree, rules: Rules, path: str, data: bytes, session: Session) -> bytes:
    rule = rules.require(path)
    return sops.rule_writer(path, rule, session.backend).encrypt(data, path, rule, session.means(tree))


def require_rules(tree: Tree) -> Rules:
    """Return the rules of the repo; raises UsageError when it has none."""
    rules = sops.load_rules(tree)
    if rules is None:
        raise UsageError(f"the repo has no {sops.PATH}", hint="infra-tool init makes one")
    return rules


def replace(
    snapshot: Snapshot, plain: bytes, target: str, session: Session, *, refresh: bool = True
) -> Plan[tuple[Encrypted, ...]]:
    """Plan to encrypt `plain` into `target`; what did not change since `target` was encrypted keeps its ciphertext."""
    tree = snapshot.tree
    if target not in tree.entries:
        new = seal(tree, target, plain, session)
        return _plan(snapshot, Edits().write(target, new), (Encrypted(target, "encrypted"),), session, refresh=refresh)
    old = tree.read(target)
    new = updated(tree, target, old, plain, session)
    edits = Edits().write(target, new, tree.entries[target].mode)
    action: Action = "unchanged" if new == old else "updated"
    return _plan(snapshot, edits, (Encrypted(target, action),), session, refresh=refresh)


def updated(tree: Tree, target: str, old: bytes, plain: bytes, session: Session) -> bytes:
    """Return the file `old` encrypted again with the content of `plain`; what did not change keeps its ciphertext."""
    file = yamldoc.parse(old, target)
    if not sops.is_encrypted(file):
        return seal(tree, target, plain, session)
    writer = sops.file_writer(target, sops.parse(old, target)[1], session.backend)
    return writer.replace(old, yamldoc.parse(plain, target), session.means(tree))


def _action(held: bytes | None, data: bytes, new: bytes, path: str) -> Action:
    if new == held:
        return "unchanged"
    partly = data != new and path.endswith(yamldoc.SUFFIXES) and sops.is_encrypted(yamldoc.parse(data, path))
    return "completed" if partly else "encrypted"


def _plan(
    snapshot: Snapshot, edits: Edits, done: tuple[Encrypted, ...], session: Session, *, refresh: bool
) -> Plan[tuple[Encrypted, ...]]:
    changed = [entry.path for entry in done if entry.action != "unchanged"]
    for path in changed if refresh else ():
        edits = restart.annotated(snapshot.tree, edits, path).edits
    named = changed[0] if len(changed) == 1 else f"{len(changed)} files"
    return Plan(session.guard(snapshot.tree, edits), f"chore(secrets): encrypt {named}", done)


__all__ = ["Action", "Draft", "Encrypted", "Rule", "encrypt", "replace", "require_rules", "seal"]
