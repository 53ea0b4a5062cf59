"""Items of a list that the API server takes for the same: those with equal keys."""

from collections.abc import Iterator, Sequence

from infra_tool.schema import words
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation
from infra_tool.yamldoc import Mapping
from infra_tool.yamldoc import Sequence as SequenceNode

DEFAULTS: dict[str, str] = {"protocol": "TCP"}
"""The value of a key that is not given."""

Key = tuple[object, ...]


def items(sequence: SequenceNode, keys: Sequence[str], path: Sequence[str | int]) -> Iterator[Violation]:
    """Yield the later of two items with the same keys; an item with a key that is not known is like no other."""
    if len(sequence.items) < 2:  # noqa: PLR2004 -- one is like no other
        return
    seen: set[Key] = set()
    for item in sequence.values():
        if not isinstance(item, Mapping):
            continue
        here = Here(item)
        key = tuple(here.known(name) if name in here else DEFAULTS.get(name) for name in keys)
        if None in key:
            continue
        if key in seen:
            shown = " and ".join(f"{name} {part}" for name, part in zip(keys, key, strict=True))
            message = f"there are two items with {shown} in {words.dotted(path)}"
            yield Violation("K010", here.node(keys[0]), message, "remove or rename one of them")
        seen.add(key)
