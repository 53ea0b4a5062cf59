"""YAML with positions: parse to untyped nodes, resolve them in a dialect, change a file by splices."""

from infra_tool.yamldoc.compose import parse
from infra_tool.yamldoc.file import Document, Position, YamlError, YamlFile
from infra_tool.yamldoc.nodes import Alias, Content, Mapping, Node, Scalar, Sequence, follow, lookup, text

__all__ = [
    "Alias",
    "Content",
    "Document",
    "Mapping",
    "Node",
    "Position",
    "Scalar",
    "Sequence",
    "YamlError",
    "YamlFile",
    "follow",
    "lookup",
    "parse",
    "text",
]
