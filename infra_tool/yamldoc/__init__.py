"""YAML with positions: parse to untyped nodes, resolve them in a dialect, change a file by splices."""

from infra_tool.yamldoc.ancestry import EditError
from infra_tool.yamldoc.check import apply_checked, same
from infra_tool.yamldoc.compose import parse
from infra_tool.yamldoc.dump import Data, dump, is_block, literal
from infra_tool.yamldoc.edit import replace_scalar, unquote_scalar
from infra_tool.yamldoc.file import SUFFIXES, Document, Position, YamlError, YamlFile
from infra_tool.yamldoc.insert import set_key
from infra_tool.yamldoc.items import insert_item
from infra_tool.yamldoc.nodes import Alias, Content, Mapping, Node, Scalar, Sequence, follow, lookup, text
from infra_tool.yamldoc.quote import is_mistakable, quoted
from infra_tool.yamldoc.remove import remove_item, remove_key
from infra_tool.yamldoc.resolve import Atom, Dialect, ResolveError, Value, resolve, resolve_scalar

__all__ = [
    "SUFFIXES",
    "Alias",
    "Atom",
    "Content",
    "Data",
    "Dialect",
    "Document",
    "EditError",
    "Mapping",
    "Node",
    "Position",
    "ResolveError",
    "Scalar",
    "Sequence",
    "Value",
    "YamlError",
    "YamlFile",
    "apply_checked",
    "dump",
    "follow",
    "insert_item",
    "is_block",
    "is_mistakable",
    "literal",
    "lookup",
    "parse",
    "quoted",
    "remove_item",
    "remove_key",
    "replace_scalar",
    "resolve",
    "resolve_scalar",
    "same",
    "set_key",
    "text",
    "unquote_scalar",
]
