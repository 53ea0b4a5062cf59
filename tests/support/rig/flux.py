"""Flux's source-controller and kustomize-controller against the rig's API server."""

from collections.abc import Iterator
from typing import Any

import yaml
from rig import programs
from rig.kube import Kube
from rig.process import wait

PARTS = ("source-controller", "kustomize-controller")
ESTABLISHED = 30.0


def definitions() -> Iterator[dict[str, Any]]:
    """Yield the definitions of the kinds of Flux, as its controllers ship them."""
    for part in PARTS:
        for path in sorted((programs.share(part) / "config/crd/bases").glob("*.yaml")):
            yield from (one for one in yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader) if one)


def define(kube: Kube) -> None:
    """Make the kinds of Flux known to the API server, and its namespace."""
    kube.has(["flux-system"])
    for one in definitions():
        answer = kube.apply(one)
        assert answer.is_ok, answer
    for one in definitions():
        spec = one["spec"]
        api_version = f"{spec['group']}/{spec['versions'][-1]['name']}"
        what = f"the kind {spec['names']['kind']}"
        wait(lambda of=(api_version, spec["names"]["kind"]): kube.path(*of), what, seconds=ESTABLISHED)
