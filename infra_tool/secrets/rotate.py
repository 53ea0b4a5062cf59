"""Give files a new data key, for the recipients that the rules name now.

Whoever could open a file before still opens it in the history of the repo: its values are known to them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from infra_tool import sops
from infra_tool.edits import Edits, Overlay, Plan, Snapshot, Tree
from infra_tool.errors import RefusedError, UsageError
from infra_tool.secrets import restart
from infra_tool.secrets.encrypt import require_rules, seal
from infra_tool.secrets.session import Session, read
from infra_tool.secrets.values import content
from infra_tool.secrets.verify import encrypted
from infra_tool.yamldoc import SUFFIXES


@dataclass(frozen=True)
class RotatedFile:
    """A file with a new data key: who opens it now and did not before, who no more, and the values in it."""

    path: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Rotated:
    """The files; `restarted` names the workloads whose annotation was refreshed, as `Kind/name`."""

    files: tuple[RotatedFile, ...]
    restarted: tuple[str, ...] = ()


def rotate(snapshot: Snapshot, paths: Iterable[str] | None, session: Session, *, refresh: bool = True) -> Plan[Rotated]:
    """Plan to rotate the data key of files, of all encrypted ones when `paths` is None; `refresh` as in set_values.

    Raises UsageError for a file that no rule matches; NoKeyError when one cannot be opened, and then none is changed.
    """
    names = [file.path for file, _ in encrypted(snapshot.tree)] if paths is None else list(dict.fromkeys(paths))
    if not names:
        raise UsageError("there is no encrypted file")
    edits, rotated = rekeyed(snapshot.tree, Edits(), names, session, refresh=refresh)
    subject = names[0] if len(names) == 1 else f"{len(names)} files"
    return Plan(session.guard(snapshot.tree, edits), f"chore(secrets): rotate the data key of {subject}", rotated)


def rekeyed(
    tree: Tree, edits: Edits, paths: Iterable[str], session: Session, *, refresh: bool
) -> tuple[Edits, Rotated]:
    """Return `edits` with a new data key for each file, by the rules that `edits` leave."""
    before, files = Overlay(tree, edits), []
    session = replace(session, accept_types=True)
    names = {**require_rules(tree).names, **require_rules(before).names}
    for path in paths:
        old = read(before, path)
        if not path.endswith(SUFFIXES):
            raise RefusedError("is no YAML file", path=path, hint=f"sops rotate --in-place {path}")
        new = seal(before, path, content(before, path, old, session), session)
        edits = edits.write(path, new, tree.entries[path].mode)
        files.append(_compared(names, path, old, new))
    workloads: list[str] = []
    for path in (file.path for file in files if refresh):
        edits, restarted = restart.annotated(tree, edits, path)
        workloads += restarted
    return edits, Rotated(tuple(files), tuple(dict.fromkeys(workloads)))


def _compared(names: Mapping[str, str], path: str, old: bytes, new: bytes) -> RotatedFile:
    file, before = sops.parse(old, path)
    after = sops.parse(new, path)[1]
    held, holds = (
        {entry.text: names.get(entry.text, entry.text) for entry in one.recipients} for one in (before, after)
    )
    added = tuple(name for key, name in holds.items() if key not in held)
    removed = tuple(name for key, name in held.items() if key not in holds)
    values = tuple(size.name for size in sops.sizes(file) if size.bytes)
    return RotatedFile(path, added, removed, values)
