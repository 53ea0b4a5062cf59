"""The way from an app repo to the infra repo: the CD workflow, and the image that it builds."""

from infra_tool.pipeline.cd import NewCd, Render, new_cd
from infra_tool.pipeline.content import Wanted as CdWanted
from infra_tool.pipeline.image import Built
from infra_tool.pipeline.image import Wanted as ImageWanted
from infra_tool.pipeline.image import build as build_image
from infra_tool.pipeline.image import name as image_name

__all__ = ["Built", "CdWanted", "ImageWanted", "NewCd", "Render", "build_image", "image_name", "new_cd"]
