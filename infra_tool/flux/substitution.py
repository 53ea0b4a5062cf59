"""`${VAR}` in what Flux applies."""

import re
from collections.abc import Iterator, Mapping

from infra_tool.kustomize.render.value import Leaf, Map, Value, text_of

VARIABLE = re.compile(r"(\$?)\$\{([^{}]*)\}")
EXPRESSION = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-=])(.*))?", re.DOTALL)
BROKEN = re.compile(r"(?<!\$)\$\{#?[A-Za-z0-9_]*[^A-Za-z0-9_}:=,^#%/*?+\-][^}\n]*\}?|(?<!\$)\$\{[A-Za-z0-9_]*$")
"""What stops Flux: it reads a name, then an operator that it knows, then a brace."""
SWITCH = "kustomize.toolkit.fluxcd.io/substitute"
OFF = "disabled"


def substitute(root: Map, variables: Mapping[str, str]) -> None:
    """Replace what is known in the texts of an object; what is not stays as it is written."""
    if not is_switched_off(root):
        for leaf in leaves(root):
            leaf.text = replaced(leaf.text, variables)


def replaced(written: str, variables: Mapping[str, str]) -> str:
    """Return a text with what is known replaced."""
    return VARIABLE.sub(lambda match: _replaced(match, variables), written) if "${" in written else written


def bare(root: Map) -> Iterator[tuple[Leaf, str]]:
    """Yield each scalar of an object with the name of a variable in it that has no default."""
    for leaf in leaves(root) if not is_switched_off(root) else ():
        for escape, inner in VARIABLE.findall(leaf.text) if "${" in leaf.text else ():
            expression = EXPRESSION.fullmatch(inner)
            if not escape and expression is not None and expression[2] is None:
                yield leaf, inner


def broken(root: Map) -> Iterator[tuple[Leaf, str]]:
    """Yield each scalar of an object with a text in it that stops Flux."""
    for leaf in leaves(root) if not is_switched_off(root) else ():
        for match in BROKEN.finditer(leaf.text) if "${" in leaf.text else ():
            yield leaf, match.group()


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
