"""Whether Flux decrypts with sops what a Flux Kustomization builds."""

import re
from collections.abc import Iterator

from infra_tool.errors import InfraToolError
from infra_tool.flux.kustomization import FluxKustomization
from infra_tool.kustomize import Graph, KustomizationFile, Patch, Reached
from infra_tool.kustomize.place import Is
from infra_tool.yamldoc import Content, Mapping, text

KEY = "decryption"


def is_on(root: Content) -> bool:
    """Tell whether a Flux Kustomization says so itself."""
    return text(root, "spec", KEY, "provider") == "sops"


def is_patched_in(reached: Reached | None, by: FluxKustomization | None, graph: Graph) -> bool:
    """Tell whether a patch may say so: of a kustomization that acts on it, or of the Flux Kustomization `by` above."""
    return any(KEY in patch for patch in _patches(reached, by, graph))


def _patches(reached: Reached | None, by: FluxKustomization | None, graph: Graph) -> Iterator[str]:
    """Yield the texts of patches that act on Flux Kustomizations."""
    for file in reached.transformers if reached else ():
        for patch in file.patches:
            if _is_for_flux(patch.target):
                yield _text(file, patch, graph)
    for entry in by.patches if by else ():
        target = entry.get("target")
        if _is_for_flux(target if isinstance(target, Mapping) else None):
            yield text(entry, "patch") or ""


def _is_for_flux(target: Mapping | None) -> bool:
    kind = text(target, "kind") or ".*"
    try:
        return re.fullmatch(kind, "Kustomization") is not None
    except re.error:
        return True


def _text(file: KustomizationFile, patch: Patch, graph: Graph) -> str:
    if patch.inline is not None:
        return patch.inline.value
    if patch.entry is None:
        return ""
    what, path = graph.places.target(file.directory, patch.entry.text)
    try:
        return graph.read(path).text if what is Is.FILE else ""
    except InfraToolError:
        # What is wrong with the patch is reported where it is listed.
        return ""
