"""Lay out a new entry in the indentation around it."""

from infra_tool.yamldoc.ancestry import nodes
from infra_tool.yamldoc.compose import parse
from infra_tool.yamldoc.file import YamlFile
from infra_tool.yamldoc.lines import column
from infra_tool.yamldoc.nodes import Mapping, Scalar, Sequence
from infra_tool.yamldoc.quote import quoted

STEP = 2


def entry(file: YamlFile, key: str, source: str, indent: int) -> str:
    """Return `key: source` as lines without a final break, all but the first indented by `indent`."""
    return f"{quoted(key)}:{value_of(file, source, indent)}"


def value_of(file: YamlFile, source: str, indent: int, comment: str = "") -> str:
    """Return what stands behind the colon of a key that is indented by `indent`; `comment` ends its first line."""
    first, *rest = _lines(source)
    if is_block(source):
        return _joined([comment, first, *rest], indent + _offset(file, source))
    deeper = 0 if all(line[:1] in (" ", "") for line in rest) else STEP
    return _joined([f" {first}{comment}", *rest], indent + deeper)


def is_block(source: str) -> bool:
    """Say whether YAML source is a block list or mapping, which cannot start on its key's line."""
    documents = parse(source.encode(), "<new value>").documents
    root = documents[0].root if documents else None
    return isinstance(root, (Mapping, Sequence)) and not root.flow


def needs_break(source: str) -> bool:
    """Say whether YAML source is a block scalar whose text ends with a line break, so that its last line needs one."""
    return source.startswith(("|", ">")) and "-" not in source.partition("\n")[0]


def _lines(source: str) -> list[str]:
    """Split ready source into lines; only a block scalar that keeps its last lines may end in empty ones."""
    plain = source.replace("\r\n", "\n")
    keeps = plain.startswith(("|", ">")) and "+" in plain.partition("\n")[0]
    return (plain.removesuffix("\n") if keeps else plain.rstrip("\n")).split("\n")


def _joined(lines: list[str], indent: int) -> str:
    first, *rest = lines
    return "\n".join([first, *(f"{' ' * indent}{line}" if line else "" for line in rest)])


def _offset(file: YamlFile, source: str) -> int:
    return dash_offset(file) if source.lstrip().startswith("-") else mapping_offset(file)


def dash_offset(file: YamlFile) -> int:
    """Return how far the file indents the dashes of a list below their key, going by its first such list."""
    return next((offset for offset in _offsets(file, Sequence)), STEP)


def mapping_offset(file: YamlFile) -> int:
    """Return how far the file indents a nested mapping."""
    return next((offset for offset in _offsets(file, Mapping) if offset), STEP)


def _offsets(file: YamlFile, kind: type[Mapping | Sequence]) -> list[int]:
    found = []
    for node in nodes(file):
        for key, value in node.items if isinstance(node, Mapping) and not node.flow else ():
            if isinstance(key, Scalar) and isinstance(value, kind) and not value.flow and value.items:
                start = file.bounds(value)[0]
                found.append((start, column(file.text, start) - column(file.text, key.start)))
    return [offset for _, offset in sorted(found) if offset >= 0]
