"""Whether the registry has what is to be deployed."""

from collections.abc import Callable

from infra_tool.errors import RefusedError
from infra_tool.reference import Reference

Look = Callable[[Reference], str | None]
"""Returns the digest that the registry has for an image with a tag, None when it has none; raises InfraToolError."""


def verified(look: Look, image: Reference) -> str:
    """Return the digest of an image. Raises RefusedError when the registry has none, or another one than it must be."""
    tagged = image._replace(digest=None)
    found = look(tagged)
    if found is None:
        raise RefusedError(f"the registry has no {tagged}", hint="push the image first; nothing was changed")
    if image.digest is not None and image.digest != found:
        raise RefusedError(f"the registry has {found} for {tagged}, not {image.digest}", hint="was the tag moved?")
    return found
