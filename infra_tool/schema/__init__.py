"""Kubernetes schemas from kubernetes-validate's files, and a walker that holds documents against them."""

from infra_tool.schema.crds import KIND as DEFINITION
from infra_tool.schema.crds import is_definition
from infra_tool.schema.flux import lifetime as flux_lifetime
from infra_tool.schema.lifetimes import Lifetime, lifetime
from infra_tool.schema.schemas import Schemas, load
from infra_tool.schema.shapes import Shape, Shapes
from infra_tool.schema.violation import Code, Unchecked, Verdict, Violation

__all__ = [
    "DEFINITION",
    "Code",
    "Lifetime",
    "Schemas",
    "Shape",
    "Shapes",
    "Unchecked",
    "Verdict",
    "Violation",
    "flux_lifetime",
    "is_definition",
    "lifetime",
    "load",
]
