"""`${VAR}` in what Flux applies."""

import re
from collections.abc import Iterator, Mapping

from infra_tool.flux.kustomization import FluxKustomization
from infra_tool.kustomize.render.value import Leaf, Map, Value, text_of
from infra_tool.yamldoc import Mapping as MappingNode
from infra_tool.yamldoc import Scalar, Sequence, lookup, text

VARIABLE = re.compile(r"(\$?)\$\{([^{}]*)\}")
EXPRESSION = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-=])(.*))?", re.DOTALL)
SWITCH = "kustomize.toolkit.fluxcd.io/substitute"
OFF = "disabled"


def given(by: FluxKustomization) -> dict[str, str]:
    """Return the variables that a Flux Kustomization gives itself, those that others hold left out."""
    node = lookup(by.root, "spec", "postBuild", "substitute")
    if not isinstance(node, MappingNode):
        return {}
    return {key.value: value.value for key, value in node.pairs() if isinstance(value, Scalar)}


def sources(by: FluxKustomization) -> Iterator[tuple[str, str]]:
    """Yield kind and name of what holds variables for a Flux Kustomization, in the order in which later ones win."""
    node = lookup(by.root, "spec", "postBuild", "substituteFrom")
    for item in node.values() if isinstance(node, Sequence) else ():
        yield text(item, "kind") or "", text(item, "name") or ""


def substitute(root: Map, variables: Mapping[str, str]) -> None:
    """Replace what is known in the texts of an object; what is not stays as it is written."""
    if not is_switched_off(root):
        for leaf in leaves(root):
            if "${" in leaf.text:
                leaf.text = replaced(leaf.text, variables)


def replaced(written: str, variables: Mapping[str, str]) -> str:
    """Return a text with what is known replaced."""
    return VARIABLE.sub(lambda match: _replaced(match, variables), written) if "${" in written else written


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


def _replaced(match: re.Match[str], variables: Mapping[str, str]) -> str:
    escape, inner = match.groups()
    if escape:
        return f"${{{inner}}}"
    expression = EXPRESSION.fullmatch(inner)
    if expression is None:
        return match.group()
    name, operator, default = expression.groups()
    value = variables.get(name)
    if value or (value is not None and operator not in (":-", ":=")):
        return value
    return match.group() if operator is None else str(default)
