"""Compose positioned nodes from the events of libyaml, through PyYAML.

PyYAML's own composer refuses an anchor that is given twice, which real repos have and Go's readers accept.
"""

import yaml
from yaml import events
from yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from infra_tool.yamldoc.ancestry import children
from infra_tool.yamldoc.file import BOM, Document, YamlError, YamlFile
from infra_tool.yamldoc.nodes import Alias, Content, Mapping, Node, Scalar, Sequence, follow

MAX_EXPANDED = 1_000_000
"""Nodes of a document with its aliases followed; more is an attack or a mistake (go-yaml bounds this too)."""

MAX_DEPTH = 100
"""Lists and mappings inside of each other, aliases followed; the deepest CRDs need about 40."""

LEFT_OPEN = ("while scanning a quoted scalar", "while scanning a simple key")
BRACKETS = ("while parsing a flow sequence", "while parsing a flow mapping")
"""What libyaml was at when it noticed that something had been left open."""

GOES_ON = (",", "[", "{")

TOO_DEEP = f"lists and mappings are nested more than {MAX_DEPTH} levels deep"


def parse(data: bytes, path: str = "<memory>") -> YamlFile:
    """Parse a YAML (or JSON) file of any number of documents.

    Raises YamlError with the place for what is not UTF-8, not YAML, or beyond reason: nested, or expanded by aliases.
    """
    text = _decode(data, path)
    try:
        documents = _Composer(text, path).documents()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text, path) from error
    except yaml.reader.ReaderError as error:
        message = f"character U+{_code_point(error):04X} is not allowed in YAML"
        place = YamlFile(path, data, text, ()).position(_reader_offset(error, text))
        raise YamlError(message, path=path, line=place.line, column=place.column) from error
    return YamlFile(path, data, text, tuple(documents))


def _decode(data: bytes, path: str) -> str:
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        column = len(error.object[: error.start].rpartition(b"\n")[2].decode()) + 1
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        raise YamlError(message, path=path, line=line, column=column) from error


def _code_point(error: "yaml.reader.ReaderError") -> int:
    return error.character if isinstance(error.character, int) else ord(error.character)


def _reader_offset(error: "yaml.reader.ReaderError", text: str) -> int:
    """ReaderError counts bytes of the UTF-8 text."""
    return len(text.encode()[: error.position].decode(errors="ignore"))


def _syntax_error(error: yaml.MarkedYAMLError, text: str, path: str) -> YamlError:
    mark = _opening(error, text) or error.problem_mark or error.context_mark
    words = error.problem or "not YAML"
    if error.context:
        words = f"{words} ({error.context})"
    place = YamlFile(path, b"", text, ()).position(mark.index if mark else 0)
    return YamlError(words, path=path, line=place.line, column=place.column)


def _opening(error: yaml.MarkedYAMLError, text: str) -> "yaml.Mark | None":
    """Return where something begins that is left open, rather than where the parser noticed.

    A list or mapping in brackets that goes on in the next line may be wrong anywhere in it.
    """
    if error.context in LEFT_OPEN:
        return error.context_mark
    if error.context in BRACKETS and error.context_mark is not None:
        line = text[error.context_mark.index :].partition("\n")[0]
        return None if line.rstrip().endswith(GOES_ON) else error.context_mark
    return None


class _Composer:
    """Turns the events of one file into documents."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._anchors: dict[str, Content] = {}
        self._stack: list[Mapping | Sequence] = []
        self._keys: list[Node | None] = []
        self._root: Content | None = None
        self._aliased = False

    def documents(self) -> list[Document]:
        found: list[Document] = []
        start = 0
        # libyaml takes one byte order mark away and does not count it.
        text = f"\ufeff{self._text}" if self._text.startswith("\ufeff") else self._text
        for event in iter(yaml.cyaml.CParser(text).get_event, None):
            kind = type(event)
            if kind is ScalarEvent:
                self._add(
                    Scalar(
                        event.start_mark.index,
                        event.end_mark.index,
                        event.value,
                        event.style or None,
                        event.tag,
                        event.anchor,
                    ),
                    event.anchor,
                )
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event)
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                self._stack.pop().end = event.end_mark.index
                self._keys.pop()
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is events.DocumentStartEvent:
                start = event.start_mark.index
            elif kind is events.DocumentEndEvent:
                found.append(self._document(start, event.end_mark.index))
        return found

    def _document(self, start: int, end: int) -> Document:
        root = self._root
        if self._aliased and root is not None:
            nodes, levels = _measure(root, {})
            if nodes > MAX_EXPANDED:
                raise self._error("aliases expand to more than a million nodes", root.start)
            if levels > MAX_DEPTH:
                raise self._error(TOO_DEEP, root.start)
        if isinstance(root, Scalar) and root.value == "" and root.style is None and root.start == root.end:
            root = None
        self._root, self._anchors, self._aliased = None, {}, False
        return Document(root, start, end)

    def _open(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        make = Mapping if isinstance(event, MappingStartEvent) else Sequence
        if len(self._stack) == MAX_DEPTH:
            raise self._error(TOO_DEEP, event.start_mark.index)
        node = make(event.start_mark.index, flow=bool(event.flow_style), tag=event.tag, anchor=event.anchor)
        self._add(node, event.anchor)
        self._stack.append(node)
        self._keys.append(None)

    def _alias(self, event: AliasEvent) -> None:
        target = self._anchors.get(event.anchor)
        place = event.start_mark
        if target is None or target in self._stack:
            reason = "not defined before it" if target is None else "inside of itself"
            raise self._error(f"alias *{event.anchor} is {reason}", place.index)
        self._aliased = True
        self._add(Alias(place.index, event.end_mark.index, event.anchor, target), None)

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None and not isinstance(node, Alias):
            self._anchors[anchor] = node
        if not self._stack:
            self._root = node if not isinstance(node, Alias) else node.target
            return
        parent = self._stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = node
        else:
            parent.items.append((self._keys[-1], node))
            self._keys[-1] = None

    def _error(self, message: str, offset: int) -> YamlError:
        place = YamlFile(self._path, b"", self._text, ()).position(offset)
        return YamlError(message, path=self._path, line=place.line, column=place.column)


def _measure(node: Node, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return how many nodes and levels there are from `node` on, aliases followed; each node is visited once."""
    target = follow(node)
    if id(target) not in known:
        below = [_measure(part, known) for part in children(target)]
        levels = max((levels for _, levels in below), default=0) + (not isinstance(target, Scalar))
        known[id(target)] = 1 + sum(nodes for nodes, _ in below), levels
    return known[id(target)]
