"""Short words for writing shapes by hand."""

from infra_tool.schema.admission import values
from infra_tool.schema.shapes import ANY, Shape

TEXT = Shape("string")
FLAG = Shape("boolean")
NUMBER = Shape("integer")
DURATION = Shape("string", demand=values.DURATION_TEXT)
TEXTS = Shape("list", item=TEXT)
WORDS = Shape("map", item=TEXT)


def record(needed: dict[str, Shape], /, **optional: Shape) -> Shape:
    """Return the shape of an object by its fields, those that it needs first."""
    return Shape("object", fields={**needed, **optional}, required=tuple(needed))


def some(item: Shape) -> Shape:
    """Return the shape of a list."""
    return Shape("list", item=item)


def word(*words: str) -> Shape:
    """Return the shape of a text that is one of some words."""
    return Shape("string", demand=values.enum(*words))


def kind(spec: Shape) -> Shape:
    """Return the shape of a kind by that of its spec."""
    return record({"spec": spec}, apiVersion=ANY, kind=ANY, metadata=ANY, status=ANY)


NAMED = record({"name": TEXT})
"""A reference within the namespace."""
FAR = record({"name": TEXT}, namespace=TEXT)
"""A reference that may lead into another namespace."""
SELECTOR = record({}, matchLabels=WORDS, matchExpressions=ANY)
