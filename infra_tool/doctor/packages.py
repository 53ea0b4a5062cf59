"""The owner of the images: whether anybody may pull them, although the repo is private."""

from collections.abc import Iterator

from infra_tool import apps, registry, repo
from infra_tool.doctor.line import OFFLINE, PATIENCE, Here, Line
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.reference import PLACEHOLDER, Reference
from infra_tool.registry import Logins, NoAccessError

NAME = "packages"


def check(here: Here) -> Iterator[Line]:
    """Ask for an image that runs as somebody without a name."""
    if here.root is None:
        return
    if here.offline:
        yield OFFLINE
    elif (image := next(_running(here), None)) is None:
        yield Line("unchecked", "no image of the own registry runs yet")
    else:
        yield _ask(image)


def _ask(image: Reference) -> Line:
    try:
        digest = registry.find_digest(image, Logins(), PATIENCE)
    except NoAccessError:
        return Line("ok", f"{image.name} wants a credential: nobody else can pull it")
    except InfraToolError as error:
        return Line("unchecked", error.message)
    if digest is None:
        return Line("unchecked", f"{image.registry} has no {image}")
    owner = image.repository.partition("/")[0]
    return Line(
        "warn",
        f"anyone can pull {image.name}, whether its repo is private or not",
        f"make {owner} private on {image.registry}: Settings, Profile, Visibility (of an organisation: Settings)",
    )


def _running(here: Here) -> Iterator[Reference]:
    """Yield the images of the own registry with the tags that run."""
    for name in repo.services(here.tree):
        try:
            app = apps.find(here.tree, here.config, name)
            chosen = [apps.choose(app, here.config, image) for image in apps.images(app)]
        except UsageError:
            continue
        for one in chosen:
            for decided in one.decided:
                image = Reference(one.name, decided.version.tag, None)
                if image.registry == here.config.registry and image.tag not in {None, PLACEHOLDER}:
                    yield image
