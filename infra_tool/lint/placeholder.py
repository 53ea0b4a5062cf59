"""Texts in an image that somebody was to replace: `IMAGE_TAG`, `<tag>`, `CHANGEME`, `{{ tag }}`, `${TAG}`."""

import re
from typing import NamedTuple

from infra_tool.lint.effective import Use
from infra_tool.reference import PLACEHOLDER, Reference
from infra_tool.repo import Config

VARIABLE = re.compile(r"(?<!\$)\$\{[A-Za-z_]")
ANYWHERE = re.compile(r"<[^<>]*>|\{\{.*?\}\}|\$\{[^{}]*\}|\$\([^()]*\)|%[A-Za-z_]+%|@@\w+@@|\b__\w+__\b|[<>{}$]")
TAGS = re.compile(
    r"((your|my|new|the)[-_]?)?(image|docker|release)?[-_]?(tag|version)"
    r"|(replace|change)[-_]?(me|this)|placeholder|todo|fixme|tbd|x{3,}",
    re.IGNORECASE,
)
NAMES = re.compile(r"(REPLACE|CHANGE)[-_]?(ME|THIS)|PLACEHOLDER|TODO|FIXME|TBD|X{3,}|[A-Z]+(_[A-Z]+)+")


class Placeholder(NamedTuple):
    """What is left to fill in, and whether it is in the name, or in tag and digest."""

    text: str
    in_name: bool


def find(image: Reference) -> Placeholder | None:
    """Return the first placeholder of an image; a tag beside a digest means nothing, so that it may be one."""
    written = str(image)
    if (found := ANYWHERE.search(written)) is not None:
        return Placeholder(found.group(), in_name=found.start() < len(image.name))
    if (part := next((part for part in image.name.split("/") if NAMES.fullmatch(part)), None)) is not None:
        return Placeholder(part, in_name=True)
    if image.digest is None and TAGS.fullmatch(image.tag or ""):
        return Placeholder(image.tag or "", in_name=False)
    return None


def is_open(use: Use) -> bool:
    """Tell whether Flux puts something into an image that is not known here."""
    return use.substitutes and VARIABLE.search(str(use.reference)) is not None


def is_never_deployed(image: Reference, config: Config) -> bool:
    """Tell whether an image of our own waits for its first `bump`."""
    if config.registry is None or image.digest is not None or image.tag != PLACEHOLDER:
        return False
    home = f"{config.registry}/{config.owner}/" if config.owner is not None else f"{config.registry}/"
    return image.name.startswith(home)
