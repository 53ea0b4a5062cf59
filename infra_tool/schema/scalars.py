"""What nodes mean to the API server: scalars with their types, mappings with their merge keys expanded."""

import re
from collections.abc import Iterator

from infra_tool.yamldoc import Mapping, Node, Scalar, Sequence, follow
from infra_tool.yamldoc.resolve import is_merge, resolve_scalar

VARIABLE = re.compile(r"(?<!\$)\$\{[A-Za-z_]")
"""What Flux substitutes: the braced form only, `$${` is its escape."""

CIPHERTEXT = "ENC["

Resolved = str | int | float | bool | None


def value(scalar: Scalar) -> Resolved:
    """Return the scalar as the API server gets it: dates are strings, 8080.0 is an integer."""
    found = resolve_scalar(scalar, "manifest")
    if isinstance(found, float):
        return int(found) if found.is_integer() else found
    return found if isinstance(found, (str, int)) or found is None else scalar.value


def is_open(text: str) -> bool:
    """Tell whether a text stands for one that is not known here: it holds a variable, or is encrypted.

    `$(NAME)` is one of kustomize's `vars`.
    """
    return ("$" in text and ("$(" in text or VARIABLE.search(text) is not None)) or text.startswith(CIPHERTEXT)


def flat(mapping: Mapping) -> Mapping:
    """Return the mapping with its merge keys (`<<`) expanded: itself, unless it has some."""
    if not any(is_merge(key) for key, _ in mapping.items):
        return mapping
    items: list[tuple[Node, Node]] = []
    for key, node in mapping.items:
        items += flat(entries_of_merge(node, mapping)).items if is_merge(key) else [(key, node)]
    return with_items(mapping, items)


def entries_of_merge(node: Node, over: Mapping) -> Mapping:
    """Return the entries that a merge key adds to `over`, which has the last word."""
    seen = {key.value for key, _ in over.items if isinstance(key, Scalar)}
    items: list[tuple[Node, Node]] = []
    for source in _sources(node):
        items += [
            (key, inner)
            for key, inner in source.items
            if isinstance(key, Scalar) and (key.value not in seen or is_merge(key))
        ]
        seen |= {key.value for key, _ in source.items if isinstance(key, Scalar)}
    return with_items(over, items)


def with_items(mapping: Mapping, items: list[tuple[Node, Node]]) -> Mapping:
    """Return a mapping at the same place with other entries."""
    result = Mapping(mapping.start, flow=mapping.flow, tag=mapping.tag, anchor=mapping.anchor)
    result.end = mapping.end
    result.items = items
    return result


def _sources(node: Node) -> Iterator[Mapping]:
    target = follow(node)
    for item in target.values() if isinstance(target, Sequence) else (target,):
        if isinstance(item, Mapping):
            yield item
