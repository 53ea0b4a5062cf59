"""Change the content of an encrypted file by hand: what did not change keeps its ciphertext."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from infra_tool import sops, yamldoc
from infra_tool.edits import Plan, Snapshot, Tree
from infra_tool.errors import InfraToolError
from infra_tool.secrets.encrypt import Encrypted, replace, updated
from infra_tool.secrets.session import Session, read


class Difference(NamedTuple):
    """A value that is other than it was; what it is and was is not told."""

    name: str
    kind: Literal["added", "changed", "removed"]


def differences(old: bytes, new: bytes) -> Iterator[Difference]:
    """Iterate over the values in which two plain contents differ, in the order of the new one."""
    before, after = (dict(sops.texts(yamldoc.parse(data))) for data in (old, new))
    for place, value in after.items():
        if before.get(place) != value:
            yield Difference(_dotted(place), "changed" if place in before else "added")
    for place in before:
        if place not in after:
            yield Difference(_dotted(place), "removed")


def _dotted(place: sops.Place) -> str:
    return ".".join(str(step) for step in place[1])


def check(tree: Tree, path: str, plain: bytes, session: Session) -> None:
    """Raise InfraToolError, with the line, for a content that could not be encrypted."""
    updated(tree, path, read(tree, path), plain, session)


def edit(
    snapshot: Snapshot, path: str, before: bytes, plain: bytes, session: Session, *, refresh: bool = True
) -> Plan[Encrypted]:
    """Plan to give `path` the content `plain`, which was made from the encrypted `before`; `refresh` as in set_values.

    Raises InfraToolError when the file is another one by now: somebody else's change would be lost.
    """
    if read(snapshot.tree, path) != before:
        raise InfraToolError("was changed by somebody else meanwhile", path=path, hint="git pull, then edit it again")
    plan = replace(snapshot, plain, path, session, refresh=refresh)
    return Plan(plan.edits, f"chore(secrets): edit {path}", plan.result[0])
