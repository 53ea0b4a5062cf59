"""Where a value of a rendered object is written."""

from infra_tool.kustomize.render.value import Leaf, Map, Value
from infra_tool.lint.cluster.object import Object
from infra_tool.lint.mark import Mark, at, between
from infra_tool.yamldoc import Mapping, Node, YamlFile
from infra_tool.yamldoc.file import NEWLINE


def point(about: Object, value: Value | None, message: str, help_: str | None = None) -> Mark:
    """Return a mark on a value of an object; on its kind where the value is of nowhere."""
    place = value if value is not None and value.node is not None else about.value.get("kind", about.value)
    return _mark(place, place.node, message, help_, str(about))


def point_key(about: Object, owner: Map, key: str, message: str, help_: str | None = None) -> Mark:
    """Return a mark on a key of a mapping; on its value, where the key is written elsewhere."""
    name = owner.node.key(key) if isinstance(owner.node, Mapping) else None
    if name is None:
        return point(about, owner.get(key, owner), message, help_)
    return _mark(owner, name, message, help_, str(about))


def point_in(about: Object, value: Leaf, part: str, message: str, help_: str | None = None) -> Mark:
    """Return a mark on the first place of a text in a scalar; on the scalar where it is written otherwise there."""
    file, node = value.origin.file, value.node
    place = file.text.find(part, node.start, node.end) if file is not None and node is not None else -1
    if file is None or place < 0 or value.origin.outer is not None:
        return point(about, value, message, help_)
    return between(file, place, place + len(part), message, help_, about=str(about))


def where(about: Object) -> str:
    """Return the place of an object, as `path:line`."""
    place = about.value.get("kind", about.value)
    return f"{place.origin.path}:{place.origin.line(place.node)}"


def _mark(value: Value, node: Node | None, message: str, help_: str | None, about: str) -> Mark:
    origin = value.origin
    if origin.file is None or node is None:
        return Mark(origin.path, 1, 1, None, None, message, help_, about)
    mark = at(origin.file, node, message, help_, about=about)
    return _in(origin.outer, origin.file, origin.shift, mark) if origin.outer is not None else mark


def _in(outer: YamlFile, inner: YamlFile, shift: int, mark: Mark) -> Mark:
    """Return a mark on a text where it stands inside of another file, as far as its lines stand there as they are."""
    line = mark.line + shift
    written, lines = NEWLINE.split(inner.text)[mark.line - 1], NEWLINE.split(outer.text)
    indent = lines[line - 1].find(written) if line <= len(lines) else -1
    if indent < 0:
        return mark._replace(line=min(line, len(lines)), column=1, end_line=None, end_column=None)
    if mark.end_line != mark.line:
        return mark._replace(line=line, column=mark.column + indent, end_line=None, end_column=None)
    column, end = mark.column + indent, (mark.end_column or mark.column) + indent
    return mark._replace(line=line, column=column, end_line=line, end_column=end)
