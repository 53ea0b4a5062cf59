"""Services: where each is, which images it runs, which places decide their versions."""

from infra_tool.apps.app import App, Shelf, find, likely
from infra_tool.apps.choose import Chosen, Decided, choose, images
from infra_tool.apps.edit import edited
from infra_tool.apps.places import KINDS, Place, Version, version_of
from infra_tool.apps.registered import Registered, flux_kustomization, registered

__all__ = [
    "KINDS",
    "App",
    "Chosen",
    "Decided",
    "Place",
    "Registered",
    "Shelf",
    "Version",
    "choose",
    "edited",
    "find",
    "flux_kustomization",
    "images",
    "likely",
    "registered",
    "version_of",
]
