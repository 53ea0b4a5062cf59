"""Merge two versions of an encrypted file: opened, merged value by value, encrypted again.

As text they always conflict: each side has a new MAC and time, and a conflict in ciphertext cannot be solved by hand.
"""

from typing import NamedTuple

from infra_tool import edits as texts
from infra_tool import sops, splice, yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.secrets.session import Session
from infra_tool.sops import Opened, Recipient, Rule, steps
from infra_tool.sops.steps import GONE, Keys, Step
from infra_tool.yamldoc import Mapping, Value, YamlFile, lookup


class Merge(NamedTuple):
    """The merged file, encrypted, and the paths of keys that both sides changed in different ways: it has ours."""

    data: bytes
    conflicts: tuple[str, ...]


def merge(base: bytes, ours: bytes, theirs: bytes, path: str, session: Session) -> Merge:
    """Return two versions of an encrypted file in one; `base` is what both were made from.

    It keeps our ciphertext where it can, and is for whoever neither side took away; after a removal on either side it
    is under a data key that the removed one never had. Raises InfraToolError when a version cannot be opened here.
    """
    before, mine, other = (sops.open_file(data, path, session.keys()) for data in (base, ours, theirs))
    plain, conflicts = _plain(*(sops.plain_content(each) for each in (before, mine, other)), path=path)
    wanted = _recipients(before, mine, other)
    names = tuple(".".join(keys[1:]) for keys in conflicts)
    return Merge(_sealed(yamldoc.parse(plain, path), mine, other, wanted, session), names)


def _plain(base: bytes, ours: bytes, theirs: bytes, *, path: str) -> tuple[bytes, tuple[Keys, ...]]:
    """Merge plain contents: as text where that means the same, so that comments of both sides stay, else by key."""
    old, mine, other = (yamldoc.parse(data, path) for data in (base, ours, theirs))
    value, conflicts = steps.merge(_content(old), _content(mine), _content(other))
    assert isinstance(value, dict)  # noqa: S101 -- of mappings that are there it is one
    merged = None if conflicts else texts.merge(base, ours, theirs)
    if merged is not None and yamldoc.same(_content(yamldoc.parse(merged, path)), value):
        return merged, ()
    for step in steps.steps(_content(mine), value):
        mine = yamldoc.parse(_done(mine, step), path)
    if not yamldoc.same(_content(mine), value):
        raise InfraToolError("cannot be merged value by value", path=path)
    return mine.data, conflicts


def _content(file: YamlFile) -> dict[str, Value]:
    """Return the documents by number, as one mapping."""
    return {str(number): yamldoc.resolve(each.root, "sops") for number, each in enumerate(file.documents, 1)}


def _done(file: YamlFile, step: Step) -> bytes:
    document, *keys = step.keys
    number = int(document) - 1
    holder = lookup(file.documents[number].root, *keys[:-1]) if keys and number < len(file.documents) else None
    if not isinstance(holder, Mapping):
        raise InfraToolError("cannot be merged value by value", path=file.path)
    if step.value is GONE:
        return splice.apply(file.data, [yamldoc.remove_key(file, holder, keys[-1])])
    value = step.value
    source = yamldoc.quoted(value, flow=holder.flow) if isinstance(value, str) else yamldoc.dump(value).rstrip("\n")
    return splice.apply(file.data, [yamldoc.set_key(file, holder, keys[-1], source)])


def _recipients(base: Opened, ours: Opened, theirs: Opened) -> tuple[Recipient, ...]:
    """Return who both sides let open the file: everyone of either, but whom one of them took away."""
    before, mine, other = ({entry.text: entry for entry in each.metadata.recipients} for each in (base, ours, theirs))
    gone = {key for key in before if key not in mine or key not in other}
    return tuple(entry for key, entry in (mine | other).items() if key not in gone)


def _sealed(file: YamlFile, ours: Opened, theirs: Opened, wanted: tuple[Recipient, ...], session: Session) -> bytes:
    keys = {entry.text for entry in wanted}
    for owner in (ours, theirs):
        known = {entry.text for entry in owner.metadata.recipients}
        if known <= keys and owner.metadata.selector == ours.metadata.selector:
            data = sops.update(owner, file, session.entropy, accept_types=True)
            for entry in wanted:
                if entry.text not in known:
                    opened = sops.open_file(data, file.path, session.keys())
                    data = sops.add_recipient(opened, entry.text, session.entropy)
            return data
    found = ours.metadata
    rule = Rule(None, found.selector, found.mac_only_encrypted, wanted, line=1)
    return sops.encrypt(file.data, file.path, rule, entropy=session.entropy, accept_types=True)
