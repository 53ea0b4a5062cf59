"""`${VAR}` in what Flux applies: it replaces text in the YAML that kustomize prints, and reads that again."""

import re
from collections.abc import Iterator

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.flux import envsubst
from infra_tool.flux.envsubst import BrokenError, Expression, Lookup
from infra_tool.kustomize.render import dump
from infra_tool.kustomize.render.manifest import value_from
from infra_tool.kustomize.render.value import Leaf, List, Map, Origin, Value, text_of

OPENED = re.compile(r"\$\{[^}\n]*\}?")
SWITCH = "kustomize.toolkit.fluxcd.io/substitute"
OFF = "disabled"
KEY = "a"


def substitute(root: Map, lookup: Lookup) -> None:
    """Replace the variables in an object; what nobody knows, and what Flux cannot read, stays as it is written.

    Raises InfraToolError where the result is no YAML.
    """
    if not is_switched_off(root):
        entries = [(replaced(key, lookup), _substituted(item, lookup)) for key, item in root.items()]
        root.clear()
        root.update(entries)


def _substituted(value: Value, lookup: Lookup) -> Value:
    if isinstance(value, Map):
        found = Map(value.origin, value.node)
        found.update((replaced(key, lookup), _substituted(item, lookup)) for key, item in value.items())
        return found
    if isinstance(value, List):
        items = List(value.origin, value.node)
        items.extend(_substituted(item, lookup) for item in value)
        return items
    return _read_again(value, lookup) if "$" in value.text else value


def _read_again(leaf: Leaf, lookup: Lookup) -> Value:
    """Return a scalar after the way through text: quotes that kustomize does not print make no text of a number."""
    holder = Map(leaf.origin, leaf.node)
    holder[KEY] = leaf
    printed = dump(holder)
    text = replaced(printed, lookup)
    if text == printed:
        return leaf
    try:
        root = yamldoc.parse(text.encode()).documents[0].root
        found = value_from(root, leaf.origin) if root is not None else None
    except InfraToolError:
        if OPENED.search(text):
            # What nobody here knows may bring the rest of it, such as the quotes around.
            return leaf
        # The parser quotes what it reads, and that may be the value of a Secret.
        raise leaf.origin.error("with its variables replaced it is no YAML", leaf.node) from None
    value = found.get(KEY) if isinstance(found, Map) else None
    return _placed(value, leaf.origin, leaf) if value is not None else leaf


def _placed(value: Value, origin: Origin, leaf: Leaf) -> Value:
    """Return a value that comes from where the scalar is that it was made of."""
    if isinstance(value, Leaf):
        return Leaf(value.text, origin, leaf.node, value.style, value.tag)
    if isinstance(value, List):
        items = List(origin, leaf.node)
        items.extend(_placed(item, origin, leaf) for item in value)
        return items
    found = Map(origin, leaf.node)
    found.update((key, _placed(item, origin, leaf)) for key, item in value.items())
    return found


def replaced(text: str, lookup: Lookup) -> str:
    """Return a text with what is known replaced; as it is where Flux could not read it."""
    try:
        return envsubst.replaced(text, lookup)
    except BrokenError:
        return text


def bare(root: Map) -> Iterator[tuple[Leaf, str]]:
    """Yield each scalar of an object with the name of a variable in it that has no default."""
    for leaf in leaves(root) if not is_switched_off(root) else ():
        for expression in _expressions(leaf.text):
            if not expression.operator:
                yield leaf, expression.name


def broken(root: Map) -> Iterator[tuple[Leaf, str]]:
    """Yield each scalar of an object with a text in it that stops Flux."""
    for leaf in leaves(root) if not is_switched_off(root) else ():
        if "${" in leaf.text:
            try:
                envsubst.parse(leaf.text)
            except BrokenError as error:
                match = OPENED.match(leaf.text, error.start)
                yield leaf, match[0] if match is not None else leaf.text


def _expressions(text: str) -> list[Expression]:
    try:
        return envsubst.expressions(text)
    except BrokenError:
        return []


def is_switched_off(root: Map) -> bool:
    """Tell whether an object says that it wants no variables replaced."""
    metadata = root.get("metadata")
    fields = [metadata.get(name) for name in ("labels", "annotations")] if isinstance(metadata, Map) else []
    return any(isinstance(field, Map) and text_of(field.get(SWITCH)) == OFF for field in fields)


def leaves(value: Value) -> Iterator[Leaf]:
    """Yield every scalar of a value."""
    stack = [value]
    while stack:
        here = stack.pop()
        if isinstance(here, Leaf):
            yield here
        else:
            stack += here.values() if isinstance(here, Map) else here
