"""Short words for writing shapes by hand."""

from infra_tool.schema.admission import values
from infra_tool.schema.demand import Demand, Unmet
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


def address(*schemes: str) -> Shape:
    """Return the shape of a URL with one of some schemes."""
    begin = tuple(f"{scheme}://" for scheme in schemes)
    must = f"must begin with {' or '.join(begin)}"
    return Shape("string", demand=Demand("K008", lambda got: None if str(got).startswith(begin) else Unmet(must)))


def kind(spec: Shape) -> Shape:
    """Return the shape of a kind by that of its spec."""
    return record({"spec": spec}, apiVersion=ANY, kind=ANY, metadata=ANY, status=ANY)


NAMED = record({"name": TEXT})
"""A reference within the namespace."""
FAR = record({"name": TEXT}, namespace=TEXT)
"""A reference that may lead into another namespace."""
SELECTOR = record({}, matchLabels=WORDS, matchExpressions=ANY)
