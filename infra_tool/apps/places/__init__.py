"""The places that name an image: one module a kind, one line here for each."""

from infra_tool.apps.places import container, entry, values
from infra_tool.apps.places.container import ContainerPlace
from infra_tool.apps.places.entry import EntryPlace
from infra_tool.apps.places.key import KeyPlace
from infra_tool.apps.places.locate import changed
from infra_tool.apps.places.place import Edit, Kind, Place, Step, Version, version_of

KINDS: tuple[Kind, ...] = (container, entry, values)

__all__ = [
    "KINDS",
    "ContainerPlace",
    "Edit",
    "EntryPlace",
    "KeyPlace",
    "Kind",
    "Place",
    "Step",
    "Version",
    "changed",
    "version_of",
]
