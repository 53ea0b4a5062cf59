"""How a rule proposes an edit: none where it cannot be done without touching something else."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from infra_tool.lint.mark import Mark
from infra_tool.splice import Splice
from infra_tool.yamldoc import (
    EditError,
    Mapping,
    Node,
    Scalar,
    Sequence,
    YamlFile,
    insert_item,
    remove_item,
    replace_scalar,
    unquote_scalar,
)
from infra_tool.yamldoc.ancestry import chain

Fix = tuple[Splice, ...]
P = ParamSpec("P")


def _careful(edit: Callable[P, Splice]) -> Callable[P, Fix]:
    """Let a function return no fix instead of raising EditError."""

    @wraps(edit)
    def careful(*arguments: P.args, **more: P.kwargs) -> Fix:
        try:
            return (edit(*arguments, **more),)
        except EditError:
            return ()

    return careful


def safely(mark: Mark, fix: Fix) -> Mark:
    """Return a mark with a fix that cannot change what a cluster gets, other than to what was meant."""
    return mark._replace(fix=fix, safe=True)


@_careful
def replaced(file: YamlFile, node: Scalar, text: str) -> Splice:
    """Return the edit that gives a scalar another text, which is a string to every reader."""
    return replace_scalar(file, node, text)


@_careful
def unquoted(file: YamlFile, node: Scalar) -> Splice:
    """Return the edit that takes the quotes away."""
    return unquote_scalar(file, node)


@_careful
def inserted(file: YamlFile, root: Mapping, key: str, text: str) -> Splice:
    """Return the edit that adds an item to a list, sorted if that is."""
    return insert_item(file, root, key, text, keep_sorted=True)


def without_item(file: YamlFile, node: Node) -> Fix:
    """Return the edit that takes an item out of its list."""
    around = chain(file, node)
    return _without(file, around[-1], node) if around and isinstance(around[-1], Sequence) else ()


@_careful
def _without(file: YamlFile, sequence: Sequence, node: Node) -> Splice:
    return remove_item(file, sequence, sequence.items.index(node))


def renamed(file: YamlFile, key: Scalar, name: str) -> Fix:
    """Return the edit that renames a key; none where its mapping has that name already."""
    around = chain(file, key)
    mapping = around[-1] if around else None
    is_free = isinstance(mapping, Mapping) and all(other.value.lower() != name.lower() for other, _ in mapping.pairs())
    is_case = key.value.lower() == name.lower()
    return replaced(file, key, name) if is_free or is_case else ()
