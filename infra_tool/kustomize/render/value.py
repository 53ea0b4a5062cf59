"""The values of an object under way: mappings, lists and scalars that know where they come from.

All are changed in place, scalars too: kustomize puts one node into several places of an object (a label that it adds to
metadata, selector and template), so that a later change of one changes all. A scalar keeps its text, style and tag
rather than a typed value: kustomize changes the text of nodes and types them when it prints.
"""

from functools import lru_cache
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.yamldoc import Atom, Mapping, Node, Scalar, Sequence, YamlFile, resolve_scalar
from infra_tool.yamldoc.resolve import TAG
from infra_tool.yamldoc.scalars import SPECIAL_START

BLANKS = " \t"
NULLS = frozenset(("", "~", "null", "Null", "NULL"))
DIGITS = "0123456789"
FLOW_NULL = "flow"
"""The tag of what kustomize takes for null, until it prints it as an empty text."""


class Origin(NamedTuple):
    """The file that values come from; `shift` is added to its lines when it is a text inside of the file `outer`."""

    path: str
    file: YamlFile | None
    shift: int = 0
    outer: YamlFile | None = None

    def line(self, node: Node | None) -> int:
        """Return the line of a node in the file `path`."""
        return (1 if node is None or self.file is None else self.file.line(node)) + self.shift

    def error(self, message: str, node: Node | None, *, hint: str | None = None) -> InfraToolError:
        """Return an error at a node."""
        return InfraToolError(message, path=self.path, line=self.line(node), hint=hint)


class Leaf:
    """A scalar.

    `tag` is empty for what its text and style imply, else the name of YAML's own tag, or another tag; FLOW_NULL for
    nothing at all inside of [] or {}.
    """

    __slots__ = ("node", "origin", "style", "tag", "text")

    def __init__(self, text: str, origin: Origin, node: Node | None, style: str = "", tag: str = "") -> None:
        """Hold a scalar."""
        self.text = text
        self.origin = origin
        self.node = node
        self.style = style
        self.tag = tag

    @property
    def is_null(self) -> bool:
        """Tell whether this is null."""
        return self.tag in ("null", FLOW_NULL) or (not self.style and not self.tag and self.text in NULLS)

    def styled(self, style: str) -> "Leaf":
        """Return the same value in another style; what quotes made a text stays one."""
        if style == self.style:
            return self
        tag = "str" if self.style and not self.tag else self.tag
        return Leaf(self.text, self.origin, self.node, style, tag)

    def copy(self) -> "Leaf":
        """Return a scalar that can be changed independently."""
        return Leaf(self.text, self.origin, self.node, self.style, self.tag)

    def become(self, other: "Leaf") -> None:
        """Take over a value; the style stays."""
        value = other.styled(self.style)
        self.text, self.origin, self.node, self.tag = value.text, value.origin, value.node, value.tag

    def __repr__(self) -> str:
        """Name the place, never the value: it may be a secret."""
        return f"<Leaf {self.origin.path}:{self.origin.line(self.node)}>"


class Map(dict[str, "Value"]):
    """A mapping."""

    __slots__ = ("node", "origin")

    def __init__(self, origin: Origin, node: Node | None) -> None:
        """Start empty."""
        super().__init__()
        self.origin = origin
        self.node = node


class List(list["Value"]):
    """A list."""

    __slots__ = ("node", "origin")

    def __init__(self, origin: Origin, node: Node | None) -> None:
        """Start empty."""
        super().__init__()
        self.origin = origin
        self.node = node


Value = Leaf | Map | List


def is_null(value: Value | None) -> bool:
    """Tell whether a value is missing or null."""
    return value is None or (type(value) is Leaf and value.is_null)


def is_flow(value: Map | List) -> bool:
    """Tell whether a mapping or list is written in {} or []."""
    return isinstance(value.node, (Mapping, Sequence)) and value.node.flow


def into_flow(value: Value) -> None:
    """Make a value what it is when kustomize has printed it inside of [] or {}, with quotes where a `:` needs them."""
    if type(value) is not Leaf:
        for item in value.values() if isinstance(value, Map) else value:  # type: ignore[union-attr]
            into_flow(item)
    elif value.style == ">" and not value.tag:
        value.style, value.tag = "", "str"
    elif not value.style and not value.tag:
        if not value.text:
            value.tag = FLOW_NULL
        elif ":" in value.text and value.text[0] in DIGITS:
            value.tag = "str"


def text_of(value: Value | None) -> str:
    """Return the text of a scalar, nothing for null and for what is none."""
    return value.text if type(value) is Leaf and not value.is_null else ""


def string(text: str, origin: Origin, node: Node | None) -> Leaf:
    """Return a scalar that is a text whatever it looks like."""
    return Leaf(text, origin, node, "", "str")


def copy(value: Value) -> Value:
    """Return a copy that can be changed independently."""
    if isinstance(value, Leaf):
        return value.copy()
    return copy_map(value) if isinstance(value, Map) else copy_list(value)


def copy_list(value: List) -> List:
    """Return a copy of a list that can be changed independently."""
    found = List(value.origin, value.node)
    found.extend([copy(item) for item in value])
    return found


def copy_map(value: Map) -> Map:
    """Return a copy of a mapping that can be changed independently."""
    found = Map(value.origin, value.node)
    for key, item in value.items():
        found[key] = copy(item)
    return found


@lru_cache(maxsize=65536)
def plain_value(text: str) -> Atom:
    """Return what a plain scalar of a manifest means."""
    if text and text[0] not in SPECIAL_START:
        return text
    return resolve_scalar(Scalar(0, 0, text), "manifest")


TYPES: dict[str, type | tuple[type, ...]] = {"int": int, "float": float, "bool": bool, "null": type(None)}


def value_of(leaf: Leaf) -> Atom:
    """Return the typed value that kustomize prints.

    Raises InfraToolError for a text that does not fit its tag.
    """
    tag, text = leaf.tag, leaf.text
    if leaf.style and tag in ("", "str"):
        return refolded(text) if leaf.style == ">" else text
    if not tag:
        return plain_value(text)
    if tag in TYPES:
        return _tagged(leaf)
    if tag in ("str", FLOW_NULL):
        return text
    return resolve_scalar(Scalar(0, 0, text, None, TAG + tag), "manifest")


def _tagged(leaf: Leaf) -> Atom:
    value = plain_value(leaf.text)
    if leaf.tag == "float" and type(value) is int:
        return float(value)
    if not isinstance(value, TYPES[leaf.tag]) or (leaf.tag == "int" and isinstance(value, bool)):
        raise leaf.origin.error(f"the value is no {leaf.tag}", leaf.node)
    return leaf.text if leaf.style else value


def refolded(text: str) -> str:
    """Return a folded block scalar as it is after kustomize printed and read it again.

    go-yaml's emitter looks at the start of the whole text, where it should look behind a line break, to see whether the
    next line is indented: https://github.com/yaml/go-yaml/blob/v3.0.3/emitterc.go, yaml_emitter_write_folded_scalar.
    """
    if not text.strip("\n") or "\n" not in text or not is_foldable(text):
        return text
    is_doubling = text.lstrip("\n")[0] not in BLANKS
    printed: list[str] = []
    lines = text.removesuffix("\n").split("\n")
    for index, line in enumerate(lines):
        printed.append(line)
        is_last = index == len(lines) - 1 and not text.endswith("\n")
        if is_doubling and line and line[0] not in BLANKS and not is_last:
            printed.append("")
    return _folded(printed, text)


def is_foldable(text: str) -> bool:
    """Tell whether the emitter writes a text as a block."""
    return text[-1] != " " and " \n" not in text


def _folded(lines: list[str], text: str) -> str:
    """Return what the lines of a folded scalar are read as; what follows its last line is as `text` ends."""
    found, breaks, was_blank = "", 0, True
    for line in lines:
        if not line:
            breaks += 1
            continue
        is_blank = line[0] in BLANKS
        if found.strip("\n") and not was_blank and not is_blank:
            found += "\n" * (breaks - 1) or " "
        else:
            found += "\n" * breaks
        found += line
        breaks, was_blank = 1, is_blank
    if not text.endswith("\n"):
        return found
    return found + "\n" * (breaks if text.endswith("\n\n") else 1)


def frozen(leaf: Leaf) -> Leaf:
    """Return a scalar that says by its tag what its text and style imply, for a text that will change."""
    if leaf.tag:
        return leaf
    return Leaf(leaf.text, leaf.origin, leaf.node, leaf.style, _implied(leaf))


def _implied(leaf: Leaf) -> str:
    if leaf.style:
        return "str"
    value = plain_value(leaf.text)
    if isinstance(value, str):
        return "str" if value == leaf.text else "timestamp"
    if value is None or isinstance(value, bool):
        return "null" if value is None else "bool"
    return "int" if isinstance(value, int) else "float"
