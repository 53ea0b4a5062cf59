"""Build the image of a commit and push it, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from infra_tool import reference, registry
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.pipeline import buildkit, checkout
from infra_tool.pipeline.buildkit import BuildError, Tell
from infra_tool.pipeline.checkout import Checkout
from infra_tool.reference import Reference
from infra_tool.registry import Logins

Action = Literal["pushed", "exists", "built"]

REVISION = "org.opencontainers.image.revision"
SOURCE = "org.opencontainers.image.source"

PUSHING = ("failed to push", "failed to fetch oauth token")
"""How BuildKit says that it was the registry that it failed at."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An image as asked for.

    `context` is what the Dockerfile `file` may copy from; `image` the name without a tag, which becomes the commit;
    `source` the page of the repo; `cache` an image that keeps the layers of all stages; `push` False builds only.
    """

    context: Path
    image: str
    file: Path | None = None
    platforms: tuple[str, ...] = ()
    cache: str | None = None
    source: str | None = None
    push: bool = True


class Built(NamedTuple):
    """What became of it: pushed, there already, or only built; the digest is None where BuildKit does not tell one."""

    image: Reference
    action: Action


def name(text: str) -> str:
    """Return the name of an image in the lower case that registries want; raises UsageError for what is none."""
    found = reference.parse(text.lower())
    if found.tag or found.digest:
        raise UsageError(f"{text!r} names a tag: it is the commit that is built", hint=f"--image {found.name}")
    return found.name


def build(wanted: Wanted, logins: Logins | None, environ: Mapping[str, str], tell: Tell) -> Built:
    """Build the commit that is checked out, unless the registry has its image already.

    `logins` None means those of the user's docker configuration; `tell` gets the progress line by line. Raises
    RefusedError for files that are not the commit's, InfraToolError when BuildKit or the registry cannot or will not.
    """
    source = checkout.read(wanted.context)
    image = Reference(name(wanted.image), source.commit)
    known = logins or registry.from_files(environ, Path.home())
    if wanted.push:
        source.check_clean()
        if digest := registry.find_digest(image, known):
            return Built(image._replace(digest=digest), "exists")
    arguments = _arguments(wanted, image, source)
    config = None if logins is None else logins.config()
    at = buildkit.address(environ)
    try:
        digest = buildkit.build(arguments, at=at, environ=environ, docker_config=config, tell=tell)
    except BuildError as error:
        raise InfraToolError(f"{image.name} was not built: {error}", hint=_hint(error, image, known)) from None
    if digest is None or not reference.is_digest(digest):
        if wanted.push:
            raise InfraToolError(f"BuildKit does not tell the digest of {image}", hint="buildctl 0.11 or later")
        digest = None
    return Built(image._replace(digest=digest), "pushed" if wanted.push else "built")


def _arguments(wanted: Wanted, image: Reference, source: Checkout) -> list[str]:
    file = wanted.file or wanted.context / "Dockerfile"
    if not file.is_file():
        raise UsageError(f"there is no {file}", hint="--file PATH")
    page = wanted.source or source.origin
    options = {
        "filename": file.name,
        f"label:{REVISION}": source.commit,
        **({f"label:{SOURCE}": page} if page else {}),
        "build-arg:SOURCE_DATE_EPOCH": str(source.time),
        **({"platform": ",".join(wanted.platforms)} if wanted.platforms else {}),
    }
    arguments = [f"--local=context={wanted.context}", f"--local=dockerfile={file.parent}"]
    arguments += [f"--opt={key}={value}" for key, value in options.items()]
    if wanted.cache:
        place = f"type=registry,ref={reference.parse(wanted.cache.lower())}"
        arguments.append(f"--import-cache={place}")
        arguments += [f"--export-cache={place},mode=max"] if wanted.push else []
    return [*arguments, f"--output=type=image,name={image},push={str(wanted.push).lower()}"]


def _hint(error: BuildError, image: Reference, logins: Logins) -> str | None:
    """Return what is likely where it was the registry that refused; what else went wrong is told by the lines above."""
    if not any(sign in str(error) for sign in PUSHING):
        return None
    if logins.of(image.registry) is None:
        return f"there is no credential for {image.registry}: set BUILDKIT_REGISTRY_AUTH to USER:TOKEN"
    return f"the token for {image.registry} may lack the right to write packages"
