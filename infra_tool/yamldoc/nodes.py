"""Untyped YAML nodes with positions: what a file says, before anyone decides what a scalar means."""

from collections.abc import Iterator

Style = str | None
"""None plain, or the indicator: ' " | >."""


class Scalar:
    """A scalar: its text after escapes and folding, and how it was written."""

    __slots__ = ("anchor", "end", "start", "style", "tag", "value")

    def __init__(
        self, start: int, end: int, value: str, style: Style = None, tag: str | None = None, anchor: str | None = None
    ) -> None:
        """Offsets are code points of the file's text; see YamlFile.span for bytes."""
        self.start = start
        self.end = end
        self.value = value
        self.style = style
        self.tag = tag
        self.anchor = anchor

    def __repr__(self) -> str:
        """Name the place, never the value: it may be a secret."""
        return f"<Scalar at {self.start}:{self.end}>"


class Mapping:
    """A mapping: keys and values in source order, duplicates included."""

    __slots__ = ("anchor", "end", "flow", "items", "start", "tag")

    def __init__(self, start: int, *, flow: bool = False, tag: str | None = None, anchor: str | None = None) -> None:
        """Start empty; the composer fills it."""
        self.start = start
        self.end = start
        self.flow = flow
        self.tag = tag
        self.anchor = anchor
        self.items: list[tuple[Node, Node]] = []

    def get(self, key: str) -> "Content | None":
        """Return the value of `key`, an alias followed; None when absent. Of duplicates, the last."""
        for name, value in reversed(self.items):
            if isinstance(name, Scalar) and name.value == key:
                return follow(value)
        return None

    def key(self, key: str) -> Scalar | None:
        """Return the key node of `key`."""
        for name, _ in reversed(self.items):
            if isinstance(name, Scalar) and name.value == key:
                return name
        return None

    def pairs(self) -> Iterator[tuple[Scalar, "Content"]]:
        """Iterate over the entries with scalar keys, aliases followed; merge keys are not expanded."""
        for name, value in self.items:
            if isinstance(name, Scalar):
                yield name, follow(value)

    def __repr__(self) -> str:
        """Name the place only."""
        return f"<Mapping at {self.start}:{self.end}>"


class Sequence:
    """A sequence."""

    __slots__ = ("anchor", "end", "flow", "items", "start", "tag")

    def __init__(self, start: int, *, flow: bool = False, tag: str | None = None, anchor: str | None = None) -> None:
        """Start empty; the composer fills it."""
        self.start = start
        self.end = start
        self.flow = flow
        self.tag = tag
        self.anchor = anchor
        self.items: list[Node] = []

    def values(self) -> "Iterator[Content]":
        """Iterate over the items, aliases followed."""
        return (follow(item) for item in self.items)

    def __repr__(self) -> str:
        """Name the place only."""
        return f"<Sequence at {self.start}:{self.end}>"


class Alias:
    """`*name`: stands for the node that the name was last given to before it."""

    __slots__ = ("end", "name", "start", "target")

    def __init__(self, start: int, end: int, name: str, target: "Content") -> None:
        """Point at `target`."""
        self.start = start
        self.end = end
        self.name = name
        self.target = target

    def __repr__(self) -> str:
        """Name the place only."""
        return f"<Alias at {self.start}:{self.end}>"


Content = Scalar | Mapping | Sequence
Node = Scalar | Mapping | Sequence | Alias


def follow(node: Node) -> Content:
    """Return what an alias stands for, any other node itself."""
    return node.target if isinstance(node, Alias) else node


def lookup(node: Node | None, *path: str | int) -> Content | None:
    """Return the node at a path of keys and list indexes, or None."""
    here = None if node is None else follow(node)
    for step in path:
        if isinstance(here, Mapping) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, Sequence) and isinstance(step, int) and -len(here.items) <= step < len(here.items):
            here = follow(here.items[step])
        else:
            return None
    return here


def text(node: Node | None, *path: str | int) -> str | None:
    """Return the text of the scalar at a path, or None when there is none."""
    here = lookup(node, *path)
    return here.value if isinstance(here, Scalar) else None
