"""What is known of Flux's kinds by hand, for repos that do not hold their definitions: written from the API reference.

https://fluxcd.io/flux/components/
"""

from infra_tool.schema.demand import Condition
from infra_tool.schema.flux.automation import AUTOMATION
from infra_tool.schema.flux.outdated import lifetime
from infra_tool.schema.flux.releases import RELEASES
from infra_tool.schema.flux.rules import CONDITIONS
from infra_tool.schema.flux.sources import SOURCES
from infra_tool.schema.shapes import Shape

__all__ = ["conditions", "kinds", "lifetime", "shape"]

_SHAPES: dict[str, dict[str, Shape]] = {**SOURCES, **RELEASES, **AUTOMATION}


def shape(api_version: str, kind: str) -> Shape | None:
    """Return the shape of a kind; None when nothing is known of it."""
    return _SHAPES.get(api_version, {}).get(kind)


def kinds(api_version: str) -> tuple[str, ...]:
    """Return the kinds that an API version has."""
    return tuple(_SHAPES.get(api_version, ()))


def conditions(api_version: str, kind: str) -> tuple[Condition, ...]:
    """Return what the fields of a kind must meet together, whatever the version."""
    return CONDITIONS.get((api_version.partition("/")[0], kind), ())
