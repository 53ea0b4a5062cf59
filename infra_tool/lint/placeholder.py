"""Texts in an image that somebody was to replace: `IMAGE_TAG`, `<tag>`, `CHANGEME`, `{{ tag }}`, `${TAG}`."""

import re

from infra_tool.lint.effective import Use
from infra_tool.reference import Reference
from infra_tool.repo import Config

OWN = "IMAGE_TAG"
"""What the scaffold writes where the first `bump` will put the tag."""

VARIABLE = re.compile(r"(?<!\$)\$\{[A-Za-z_]")
MARKS = re.compile(r"[<>]|\{\{|\}\}|\$\{|\$\(|%[A-Za-z_]+%|@@|^__\w+__$")
TAGS = re.compile(
    r"((your|my|new|the)[-_]?)?(image|docker|release)?[-_]?(tag|version)"
    r"|(replace|change)[-_]?(me|this)|placeholder|todo|fixme|tbd|x{3,}",
    re.IGNORECASE,
)
NAMES = re.compile(r"(REPLACE|CHANGE)[-_]?(ME|THIS)|PLACEHOLDER|TODO|FIXME|TBD|X{3,}|[A-Z]+(_[A-Z]+)+")


def is_open(use: Use) -> bool:
    """Tell whether Flux puts something into an image that is not known here."""
    return use.substitutes and VARIABLE.search(str(use.reference)) is not None


def in_name(image: Reference) -> str | None:
    """Return the part of an image's name that is a placeholder."""
    if MARKS.search(image.name):
        return image.name
    return next((part for part in image.name.split("/") if NAMES.fullmatch(part)), None)


def in_tag(image: Reference) -> str | None:
    """Return the tag or digest of an image if it is a placeholder."""
    if image.digest is not None:
        return image.digest if MARKS.search(image.digest) else None
    tag = image.tag or ""
    return tag if MARKS.search(tag) or TAGS.fullmatch(tag) else None


def is_never_deployed(image: Reference, config: Config) -> bool:
    """Tell whether an image of our own waits for its first `bump`."""
    if config.registry is None or image.digest is not None or image.tag != OWN:
        return False
    home = f"{config.registry}/{config.owner}/" if config.owner is not None else f"{config.registry}/"
    return image.name.startswith(home)
