"""One object inside of a manifest, as conditions see it: its fields, what is known of them, and where it is."""

from collections.abc import Iterable, Iterator, Sequence

from infra_tool.schema import words
from infra_tool.schema.scalars import VARIABLE, flat, is_open, value
from infra_tool.schema.violation import Code, Violation
from infra_tool.yamldoc import Content, Mapping, Node, Scalar, follow
from infra_tool.yamldoc import Sequence as SequenceNode
from infra_tool.yamldoc.resolve import MERGE

Known = str | int | float | bool
ABSENT = (None, "")
"""What Go takes for no value at all."""


class Here:
    """The fields of a mapping by name, merge keys expanded; what is null counts as absent.

    `place` is the node to point at for what is not there, `steps` the path from the top.
    """

    __slots__ = ("_entries", "mapping", "place", "steps")

    def __init__(self, mapping: Mapping, path: Sequence[str | int] = (), place: Node | None = None) -> None:
        """Stand at `path`."""
        self.mapping = mapping
        self.steps = path
        entries = {key.value: (key, node) for key, node in mapping.items if isinstance(key, Scalar)}
        if MERGE in entries:
            entries = {key.value: (key, node) for key, node in flat(mapping).items if isinstance(key, Scalar)}
        self._entries = entries
        self.place = place or (mapping.items[0][0] if mapping.items else mapping)

    @property
    def is_open(self) -> bool:
        """Tell whether there are fields whose names are not known."""
        return any("$" in name and VARIABLE.search(name) for name in self._entries)

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def get(self, name: str) -> Content | None:
        """Return the value of a field; None when it is absent or null."""
        entry = self._entries.get(name)
        node = follow(entry[1]) if entry is not None else None
        return None if isinstance(node, Scalar) and value(node) is None else node

    def known(self, name: str) -> Known | None:
        """Return the scalar of a field; None when there is none, or its value is not known here."""
        node = self.get(name)
        got = value(node) if isinstance(node, Scalar) else None
        return None if isinstance(got, str) and is_open(got) else got

    def text(self, name: str) -> str | None:
        """Return the text of a field; None when it is no text, or not known here."""
        got = self.known(name)
        return got if isinstance(got, str) else None

    def number(self, name: str) -> int | None:
        """Return the integer of a field; None when it is none, or not known here."""
        got = self.known(name)
        return got if isinstance(got, int) and not isinstance(got, bool) else None

    def is_given(self, name: str) -> bool:
        """Tell whether a field has a value that Go does not take for absent: no empty text."""
        entry = self._entries.get(name)
        node = follow(entry[1]) if entry is not None else None
        return node is not None and not (isinstance(node, Scalar) and value(node) in ABSENT)

    def inside(self, *names: str) -> "Here | None":
        """Return the object in a field of a field; None when there is none."""
        here: Here | None = self
        for name in names:
            node = here.get(name) if here is not None else None
            if here is None or not isinstance(node, Mapping):
                return None
            here = Here(node, (*here.steps, name), here.key(name))
        return here

    def items(self, name: str) -> "Iterator[Here]":
        """Yield the objects of a list."""
        for index, item in enumerate(self.values(name)):
            if isinstance(item, Mapping):
                yield Here(item, (*self.steps, name, index))

    def repeated(self, name: str, field: str) -> "Iterator[tuple[Here, str]]":
        """Yield the objects of a list whose field has the text that it has in one before, with that text."""
        yield from repeated(self.items(name), field)

    def values(self, name: str) -> Iterator[Node]:
        """Yield the items of a list, whatever they are."""
        node = self.get(name)
        yield from node.values() if isinstance(node, SequenceNode) else ()

    def texts(self, name: str) -> Iterator[tuple[Scalar, str]]:
        """Yield the texts of a list that are known."""
        for item in self.values(name):
            got = value(item) if isinstance(item, Scalar) else None
            if isinstance(item, Scalar) and isinstance(got, str) and not is_open(got):
                yield item, got

    def numbers(self, name: str) -> Iterator[int]:
        """Yield the integers of a list."""
        for item in self.values(name):
            got = value(item) if isinstance(item, Scalar) else None
            if isinstance(got, int) and not isinstance(got, bool):
                yield got

    def is_empty(self, name: str) -> bool:
        """Tell whether a field is absent, or an empty list or mapping."""
        node = self.get(name)
        return node is None or (not isinstance(node, Scalar) and not node.items)

    def key(self, name: str) -> Node:
        """Return the key of a field; the place of the object when it is absent."""
        entry = self._entries.get(name)
        return entry[0] if entry is not None else self.place

    def node(self, name: str) -> Node:
        """Return the value of a field as it is written; the place of the object when it is absent."""
        entry = self._entries.get(name)
        return entry[1] if entry is not None else self.place

    @property
    def where(self) -> str:
        """The place in words, as the end of a sentence: ` in spec.template`; empty at the top."""
        return f" in {words.dotted(self.steps)}" if self.steps else ""

    def wrong(self, code: Code, at: str | Node, message: str, help_: str | None = None) -> Violation:
        """Return a violation at the value of a field (or at a node); the message is completed with the place."""
        return Violation(code, self.node(at) if isinstance(at, str) else at, f"{message}{self.where}", help_)

    def path(self, name: str) -> str:
        """Return the path of a field, without indexes."""
        return ".".join((*(step for step in self.steps if isinstance(step, str)), name))

    def lacking(self, code: Code, message: str, *lacks: str, help_: str | None = None) -> Violation:
        """Return a violation for what is not there, or empty: one of the fields `lacks`."""
        paths = tuple(map(self.path, lacks))
        place = next((self.key(name) for name in lacks if name in self._entries), self.place)
        return Violation(code, place, f"{message}{self.where}", help_, (paths,))


def repeated(objects: Iterable[Here], field: str) -> Iterator[tuple[Here, str]]:
    """Yield the objects whose field has the text that it has in one before, with that text."""
    seen: set[str] = set()
    for one in objects:
        text = one.text(field)
        if text and text in seen:
            yield one, text
        seen.add(text or "")
