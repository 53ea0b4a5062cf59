r"""The escape `\/`, which YAML has and kustomize's parser has not."""

import re
from collections.abc import Iterator

from infra_tool.yamldoc import Content, Node, Scalar, YamlError, YamlFile
from infra_tool.yamldoc.ancestry import children

SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")


def refuse_slash(file: YamlFile) -> YamlFile:
    r"""Return a file; raises YamlError for a `\/` in double quotes. Lists in brackets are left alone: JSON has it."""
    if "\\/" in file.text and not file.text.startswith("["):
        for document in file.documents:
            for node in _quoted(document.root):
                if (found := SLASH.search(file.text, node.start, node.end)) is not None:
                    place = file.position(found.end() - 2)
                    raise YamlError(
                        r"kustomize knows no escape \/ in quotes", path=file.path, line=place.line, column=place.column
                    )
    return file


def _quoted(root: Content | None) -> Iterator[Scalar]:
    """Yield the scalars in double quotes, in any order."""
    rest: list[Node] = [root] if root is not None else []
    while rest:
        node = rest.pop()
        rest += children(node)
        if isinstance(node, Scalar) and node.style == '"':
            yield node
