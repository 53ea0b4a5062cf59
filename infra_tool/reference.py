"""Image references: parse, compare, print.

The grammar is that of github.com/distribution/reference: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`, host in the first part
when that holds a dot or a colon, or is `localhost`.
"""

import re
from typing import NamedTuple

from infra_tool.errors import UsageError

HUB = "docker.io"
OFFICIAL = "library"
MAX_NAME = 255
PLACEHOLDER = "IMAGE_TAG"
"""The tag of our own images until the first deploy, as `new-service` writes it."""

_HOST = re.compile(
    r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
    r"|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
)
_PART = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")


class Reference(NamedTuple):
    """An image: `name` is what stands before tag and digest, as written; both are None where there is none."""

    name: str
    tag: str | None = None
    digest: str | None = None

    def __str__(self) -> str:
        """Return the reference as it is written in a manifest."""
        tag = f":{self.tag}" if self.tag is not None else ""
        return f"{self.name}{tag}@{self.digest}" if self.digest is not None else f"{self.name}{tag}"

    @property
    def registry(self) -> str:
        """The host (and port) that the image is pulled from; Docker Hub where the name has none."""
        return _split(self.name)[0]

    @property
    def repository(self) -> str:
        """The path in the registry, `library/` of Docker Hub's official images included."""
        return _split(self.name)[1]

    def is_same_image(self, other: "Reference") -> bool:
        """Tell whether both name one repository, however they are spelt; tags and digests do not count."""
        return _split(self.name) == _split(other.name)


def parse(text: str) -> Reference:
    """Return the parts of an image reference. Raises UsageError, which says what is wrong, for anything else."""
    reference = split(text)
    if problem := problem_of(reference):
        raise UsageError(f"{text!r} is no image: {problem}", hint="[REGISTRY/]PATH[:TAG][@sha256:DIGEST]")
    return reference


def split(text: str) -> Reference:
    """Return the parts of what should be an image reference, whether they are valid or not, as kustomize cuts it."""
    rest, at, digest = text.partition("@")
    name, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        name, tag = rest, ""
        colon = ""
    return Reference(name, tag if colon else None, digest if at else None)


def problem_of(reference: Reference) -> str | None:
    """Return what is wrong with the parts of a reference; None when nothing is."""
    if problem := _name_problem(reference.name):
        return problem
    if reference.tag is not None and not is_tag(reference.tag):
        return f"{reference.tag!r} is no tag"
    if reference.digest is not None and not is_digest(reference.digest):
        return f"{reference.digest!r} is no digest"
    return None


def is_tag(text: str) -> bool:
    """Tell whether a text can be a tag."""
    return _TAG.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Tell whether a text can be a digest."""
    return _DIGEST.fullmatch(text) is not None


def _name_problem(name: str) -> str | None:
    if not name:
        return "it has no name"
    if len(name) > MAX_NAME:
        return f"its name is longer than {MAX_NAME} characters"
    host, path = _cut(name)
    if host is not None and not _HOST.fullmatch(host):
        return f"{host!r} is no registry"
    for part in path.split("/"):
        if not _PART.fullmatch(part):
            if part != part.lower():
                return f"{part!r} holds capital letters"
            return f"{part!r} cannot be part of its name"
    return None


def _cut(name: str) -> tuple[str | None, str]:
    """Return the host, None where there is none, and the path."""
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        return first, rest
    return None, name


def _split(name: str) -> tuple[str, str]:
    """Return the host and the path, both as they are meant."""
    host, path = _cut(name)
    if host in {None, HUB, f"index.{HUB}"}:
        return HUB, path if "/" in path else f"{OFFICIAL}/{path}"
    return host or HUB, path
