"""The values of a file in the order in which sops reads them."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.sops import cipher, values
from infra_tool.sops.selectors import Selector
from infra_tool.yamldoc import Alias, Mapping, Node, Scalar, YamlFile, follow, lookup

METADATA = "sops"
Where = tuple[str | int, ...]
Place = tuple[int, Where]
"""A document (from 0) and a path of keys and indexes in it."""


class Leaf(NamedTuple):
    """One scalar: in which document (from 0), at which path of keys and indexes, and whether it is to be encrypted.

    `flow` tells that it stands inside `{...}` or `[...]`.
    """

    document: int
    where: Where
    node: Scalar
    selected: bool
    flow: bool

    @property
    def path(self) -> tuple[str, ...]:
        """The keys on the way, as authenticated with the value; indexes do not count."""
        return tuple(step for step in self.where if isinstance(step, str))

    def by_content(self) -> "Leaf":
        """Return the leaf as selected if it is ciphertext."""
        return self._replace(selected=cipher.is_token(self.node.value))

    @property
    def place(self) -> Place:
        """Where the value stands in the file."""
        return self.document, self.where

    @property
    def name(self) -> str:
        """The path for people, with dots between."""
        return ".".join(str(step) for step in self.where)


def leaves(file: YamlFile, selector: Selector) -> Iterator[Leaf]:
    """Iterate over the scalars of all documents, aliases followed, the metadata left out.

    Where comments choose, what is ciphertext counts as chosen: only the sops program can tell better. Raises
    InfraToolError for a selector that cannot be used.
    """
    if selector.problem:
        node = lookup(file.documents[0].root, METADATA, selector.kind) if file.documents else None
        raise InfraToolError(selector.problem, path=file.path, line=file.line(node) if node else None)
    for index, document in enumerate(file.documents):
        if isinstance(document.root, Mapping):
            top = Leaf(index, (), Scalar(0, 0, ""), selected=selector.root, flow=False)
            found = _mapping(document.root, top, selector)
            yield from (leaf.by_content() for leaf in found) if selector.by_comment else found


def _below(node: Node, here: Leaf, selector: Selector) -> Iterator[Leaf]:
    target = follow(node)
    if isinstance(target, Scalar):
        yield here._replace(node=target)
    elif isinstance(target, Mapping):
        yield from _mapping(target, here, selector)
    else:
        inner = here._replace(flow=here.flow or target.flow)
        for index, item in enumerate(target.items):
            yield from _below(item, inner._replace(where=(*here.where, index)), selector)


def _mapping(node: Mapping, here: Leaf, selector: Selector) -> Iterator[Leaf]:
    flow = here.flow or node.flow
    for key, value in node.items:
        name = key.value if isinstance(key, Scalar) else ""
        if not here.where and name == METADATA:
            continue
        selected = selector.step(name, selected=here.selected)
        yield from _below(value, here._replace(where=(*here.where, name), selected=selected, flow=flow), selector)


class Oddity(NamedTuple):
    """A construct that cannot be encrypted in place, with its node and the reason."""

    node: Node
    message: str


def oddities(file: YamlFile, selector: Selector) -> Iterator[Oddity]:
    """Iterate over what stands in the way of encrypting a file: first of all documents, in source order."""
    for document in file.documents:
        if isinstance(document.root, Mapping):
            yield from _odd_mapping(document.root, selector, selected=selector.root, top=True)


def _odd_node(node: Node, selector: Selector, *, selected: bool) -> Iterator[Oddity]:
    if selected and (reason := _reason(node)):
        yield Oddity(node, reason)
    elif isinstance(node, Mapping):
        yield from _odd_mapping(node, selector, selected=selected)
    elif not isinstance(node, (Alias, Scalar)):
        for item in node.items:
            yield from _odd_node(item, selector, selected=selected)


def _reason(node: Node) -> str | None:
    if isinstance(node, Alias):
        return f"alias *{node.name} stands among values that are to be encrypted; write the value out"
    if node.anchor:
        return f"anchor &{node.anchor} stands on a value that is to be encrypted; write the value out where it is used"
    if node.tag and node.tag not in ("!", "tag:yaml.org,2002:str"):
        return f"tag {node.tag} stands on a value that is to be encrypted, and would be lost"
    return None


def _odd_mapping(node: Mapping, selector: Selector, *, selected: bool, top: bool = False) -> Iterator[Oddity]:
    seen: set[str] = set()
    for key, value in node.items:
        if not isinstance(key, Scalar):
            yield Oddity(key, "a key is no plain text")
            continue
        if (kind := values.kind(key)) != "str":
            yield Oddity(key, f"a key is of type {kind}, and sops takes only text; put it in quotes")
        inner = selector.step(key.value, selected=selected)
        if key.value in seen:
            yield Oddity(key, f"key {key.value} is given twice")
        elif inner and key.value == "<<" and key.style is None:
            yield Oddity(key, "merge key << stands among values that are to be encrypted; write the values out")
        elif not (top and key.value == METADATA):
            yield from _odd_node(value, selector, selected=inner)
        seen.add(key.value)
