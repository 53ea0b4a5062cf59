"""The Flux Kustomizations of a repo and what each applies."""

from infra_tool.flux.discover import Found, Root, discover
from infra_tool.flux.ignore import Ignored
from infra_tool.flux.kustomization import FluxKustomization, Source, is_flux, normalised
from infra_tool.flux.manifests import manifests, reader

__all__ = [
    "FluxKustomization",
    "Found",
    "Ignored",
    "Root",
    "Source",
    "discover",
    "is_flux",
    "manifests",
    "normalised",
    "reader",
]
