"""Where a node hangs in its file: what is around it, and what else leads to it."""

from collections.abc import Iterator

from infra_tool.errors import InfraToolError
from infra_tool.yamldoc.file import YamlFile
from infra_tool.yamldoc.nodes import Alias, Mapping, Node, Sequence, follow


class EditError(InfraToolError):
    """An edit cannot be done without touching more than asked for; names the reason and the line, never a value."""

    code = "edit"


def refuse(file: YamlFile, node: Node, reason: str, hint: str | None = None) -> EditError:
    """Return the error for an edit at `node`."""
    return EditError(reason, path=file.path, line=file.line(node), hint=hint)


def children(node: Node) -> Iterator[Node]:
    """Iterate over keys, values and items of a collection; aliases are not followed."""
    if isinstance(node, Mapping):
        for key, value in node.items:
            yield key
            yield value
    elif isinstance(node, Sequence):
        yield from node.items


def chain(file: YamlFile, node: Node) -> tuple[Mapping | Sequence, ...]:
    """Return the collections around a node, outermost first; empty for a root, or for a node of another file."""
    for document in file.documents:
        if document.root is not None and document.start <= node.start <= document.end:
            found = _descend(document.root, node)
            if found is not None:
                return found
    return ()


def _descend(root: Node, node: Node) -> tuple[Mapping | Sequence, ...] | None:
    stack: list[tuple[Node, tuple[Mapping | Sequence, ...]]] = [(root, ())]
    while stack:
        here, above = stack.pop()
        if here is node:
            return above
        if isinstance(here, (Mapping, Sequence)):
            stack += [(child, (*above, here)) for child in children(here)]
    return None


def in_flow(file: YamlFile, node: Node) -> bool:
    """Say whether a node stands inside of [] or {}."""
    return any(parent.flow for parent in chain(file, node))


def nodes(file: YamlFile) -> Iterator[Node]:
    """Iterate over all nodes of a file, aliases not followed, in no particular order."""
    stack: list[Node] = [document.root for document in file.documents if document.root is not None]
    while stack:
        here = stack.pop()
        yield here
        stack += children(here)


def is_shared(file: YamlFile, node: Node) -> bool:
    """Say whether an alias stands for this node or for a collection around it: then an edit shows in two places."""
    around = {id(parent) for parent in (*chain(file, node), node)}
    return any(isinstance(other, Alias) and id(other.target) in around for other in nodes(file))


def is_needed(file: YamlFile, node: Node) -> bool:
    """Say whether an alias elsewhere stands for this node or for something in it: then it cannot go."""
    inside = [node]
    for here in inside:
        inside += children(here)
    within = {id(here) for here in inside}
    return any(
        isinstance(other, Alias) and id(other) not in within and id(follow(other)) in within for other in nodes(file)
    )
