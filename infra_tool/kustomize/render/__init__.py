"""The native renderer: what `kustomize build` 5.8.1 makes of a tree, with the place that each value comes from."""

from infra_tool.kustomize.render.build import render, rendered
from infra_tool.kustomize.render.emit import dump
from infra_tool.kustomize.render.parts import Part, parts
from infra_tool.kustomize.render.resource import Resource
from infra_tool.kustomize.render.sources import Aim, Sources
from infra_tool.kustomize.render.unsupported import UnsupportedError

__all__ = ["Aim", "Part", "Resource", "Sources", "UnsupportedError", "dump", "parts", "render", "rendered"]
