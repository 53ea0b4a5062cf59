"""What is known of one type of Kubernetes beyond its schema, and how it gets into the type's shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra_tool.schema.demand import Condition, Demand
from infra_tool.schema.shapes import Shape, Shapes


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the API server demands of one type.

    `fields` are demands on scalars: of a list on each item, of a mapping on each value; `keys` on the keys of one.
    `required` are fields that the schema takes for optional, `optional` those that it takes for required and the server
    fills in, takes as empty or null, or looks at in a condition.
    """

    fields: Mapping[str, Demand] = field(default_factory=dict)
    keys: Mapping[str, Demand] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


def attach(shape: Shape, facts: Facts, shapes: Shapes) -> Shape:
    """Return the shape with what is known; fields that this version of Kubernetes lacks are passed over."""
    fields = dict(shape.fields)
    for name, demand in facts.fields.items():
        if name in fields:
            fields[name] = _demanding(shapes.resolve(fields[name]), demand, shapes)
    for name, demand in facts.keys.items():
        if name in fields:
            fields[name] = shapes.resolve(fields[name])._replace(demand=demand)
    for name in facts.optional:
        if name in fields:
            fields[name] = shapes.resolve(fields[name])._replace(nullable=True)
    required = {*shape.required, *(name for name in facts.required if name in fields)} - {*facts.optional}
    return shape._replace(fields=fields, required=tuple(sorted(required)), conditions=facts.conditions)


def _demanding(shape: Shape, demand: Demand, shapes: Shapes) -> Shape:
    if shape.type not in {"list", "map"}:
        return shape._replace(demand=demand)
    return shape._replace(item=shapes.resolve(shape.item or Shape("any"))._replace(demand=demand))
