"""How large the values of an encrypted file are: AES-GCM keeps the length, so no key is needed."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra_tool.sops import cipher, metadata, walk
from infra_tool.yamldoc import YamlFile


@dataclass(frozen=True)
class Size:
    """One selected value: its document (from 0), its path, sops' name of its type, and its size in bytes."""

    document: int
    path: tuple[str | int, ...]
    type: str
    bytes: int
    encrypted: bool

    @property
    def name(self) -> str:
        """The path with dots between."""
        return ".".join(str(step) for step in self.path)


def sizes(file: YamlFile) -> Iterator[Size]:
    """Iterate over the selected values of an encrypted file; a broken ciphertext counts as of type `broken`."""
    for leaf in walk.leaves(file, metadata.require(file).selector):
        if not leaf.selected:
            continue
        if not cipher.is_token(leaf.node.value):
            yield Size(leaf.document, leaf.where, "plain", len(leaf.node.value.encode()), encrypted=False)
            continue
        try:
            token = cipher.parse(leaf.node.value)
        except ValueError:
            yield Size(leaf.document, leaf.where, "broken", 0, encrypted=True)
        else:
            yield Size(leaf.document, leaf.where, token.kind, len(token.data), encrypted=True)
