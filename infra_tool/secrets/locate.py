"""Find a key in the Secrets of a file."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.errors import InfraToolError, UsageError
from infra_tool.repo import did_you_mean
from infra_tool.yamldoc import Mapping, YamlFile, text

TEXT = "stringData"
FIELDS = (TEXT, "data")
"""In the order in which Kubernetes lets them win."""


class Slot(NamedTuple):
    """Where a key of a Secret stands, or is to stand: document (from 0), its root, field, key; whether it is there."""

    document: int
    root: Mapping
    field: str
    key: str
    exists: bool

    @property
    def place(self) -> tuple[int, tuple[str | int, ...]]:
        """The place as the sops package names it."""
        return self.document, (self.field, self.key)


def secrets(file: YamlFile) -> Iterator[tuple[int, Mapping]]:
    """Iterate over the Secrets of a file with their document numbers."""
    for index, document in enumerate(file.documents):
        if isinstance(document.root, Mapping) and text(document.root, "kind") == "Secret":
            yield index, document.root


def find(file: YamlFile, key: str) -> Slot | None:
    """Return where `key` is, None when no Secret has it; raises UsageError when several have."""
    found = []
    for index, root in secrets(file):
        fields = [field for field in FIELDS if _has(root, field, key)]
        found += [Slot(index, root, field, key, exists=True) for field in fields[:1]]
    if len(found) > 1:
        names = ", ".join(text(slot.root, "metadata", "name") or "?" for slot in found)
        raise UsageError(f"key {key} is in several Secrets of this file: {names}", path=file.path)
    return found[0] if found else None


def require(file: YamlFile, key: str) -> Slot:
    """Return where `key` is; raises UsageError, with the keys there are, when no Secret has it."""
    found = find(file, key)
    if found is None:
        known = list(keys(file))
        hint = did_you_mean(key, known) or f"keys: {', '.join(known) or 'none'}"
        raise UsageError(f"there is no key {key}", path=file.path, hint=hint)
    return found


def free(file: YamlFile, key: str, *, is_text: bool) -> Slot:
    """Return where a new key is to stand: beside the others, what is no plain text under `data`.

    Raises InfraToolError when the file does not hold exactly one Secret.
    """
    found = list(secrets(file))
    if len(found) != 1:
        count = "no Secret" if not found else f"{len(found)} Secrets"
        raise InfraToolError(f"this file holds {count}, so there is no one place for the new key {key}", path=file.path)
    index, root = found[0]
    field = next((field for field in FIELDS if isinstance(root.get(field), Mapping)), "stringData")
    return Slot(index, root, field if is_text else "data", key, exists=False)


def keys(file: YamlFile) -> Iterator[str]:
    """Iterate over the keys of all Secrets."""
    for _, root in secrets(file):
        for field in FIELDS:
            node = root.get(field)
            yield from (key.value for key, _ in node.pairs()) if isinstance(node, Mapping) else ()


def _has(root: Mapping, field: str, key: str) -> bool:
    node = root.get(field)
    return isinstance(node, Mapping) and node.get(key) is not None
