"""The credential for a registry: from a variable, as CI jobs have it, or from docker's own configuration."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.deploy import Look
    from infra_tool.reference import Reference
    from infra_tool.registry import Logins

AUTH = "BUILDKIT_REGISTRY_AUTH"

RegistryAuthEnv = Annotated[
    str | None,
    typer.Option(metavar="NAME", help=f"Variable with USER:TOKEN or a docker config.json; {AUTH} if not given."),
]


def logins(variable: str | None, host: str) -> "Logins | None":
    """Return the credential of the variable; None when there is none, which leaves it to the docker configuration."""
    from infra_tool import registry

    text = os.environ.get(variable or AUTH, "")
    if text.strip():
        return registry.from_text(text, host)
    if variable:
        raise UsageError(f"the environment variable {variable} holds no credential")
    return None


def asking(variable: str | None, timeout: float = 30) -> "Look":
    """Return what asks an image's registry, with the credential of the variable or of docker; `timeout` in seconds."""
    from infra_tool import registry

    def look(image: "Reference") -> str | None:
        known = logins(variable, image.registry) or registry.from_files(os.environ, Path.home())
        return registry.find_digest(image, known, timeout)

    return look
