"""The way from an app repo to the infra repo: the CD workflow, and the image that it builds."""

from infra_tool.pipeline.cd import NewCd, Render, new_cd
from infra_tool.pipeline.content import Wanted as CdWanted
from infra_tool.pipeline.image import Built
from infra_tool.pipeline.image import Wanted as ImageWanted
from infra_tool.pipeline.image import build as build_image
from infra_tool.pipeline.image import name as image_name
from infra_tool.pipeline.protected import patterns as protected_patterns
from infra_tool.pipeline.setup import KNOWN_HOSTS, SetupWanted, setup
from infra_tool.pipeline.setup import NAMES as SETUP_NAMES
from infra_tool.pipeline.setup import place as infra_place

__all__ = [
    "KNOWN_HOSTS",
    "SETUP_NAMES",
    "Built",
    "CdWanted",
    "ImageWanted",
    "NewCd",
    "Render",
    "SetupWanted",
    "build_image",
    "image_name",
    "infra_place",
    "new_cd",
    "protected_patterns",
    "setup",
]
