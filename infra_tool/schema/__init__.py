"""Kubernetes schemas from kubernetes-validate's files, and a walker that holds documents against them."""

from infra_tool.schema.lifetimes import Lifetime, lifetime
from infra_tool.schema.schemas import Schemas, load
from infra_tool.schema.shapes import Shape, Shapes
from infra_tool.schema.violation import Code, Unchecked, Verdict, Violation

__all__ = ["Code", "Lifetime", "Schemas", "Shape", "Shapes", "Unchecked", "Verdict", "Violation", "lifetime", "load"]
