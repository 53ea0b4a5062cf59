"""`infra-tool image`: the image that an app repo's CD job builds."""

import os
from pathlib import Path
from typing import Annotated

import typer

from infra_tool.cli import report
from infra_tool.cli.app import add, new_group
from infra_tool.cli.registry_auth import AUTH, RegistryAuthEnv, logins
from infra_tool.errors import UsageError


def build(
    context: Annotated[Path, typer.Argument(metavar="DIR", help="Build context; here if not given.")] = Path(),
    *,
    image: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="REGISTRY/OWNER/NAME; by GITHUB_SERVER_URL and GITHUB_REPOSITORY if not given."
        ),
    ] = None,
    file: Annotated[Path | None, typer.Option(metavar="PATH", help="Dockerfile; that of DIR if not given.")] = None,
    platform: Annotated[list[str] | None, typer.Option(metavar="OS/ARCH", help="Platform; repeatable.")] = None,
    cache: Annotated[
        str | None, typer.Option(metavar="IMAGE", help="Image in which layers are kept, besides BuildKit's own cache.")
    ] = None,
    registry_auth_env: RegistryAuthEnv = None,
    no_push: Annotated[bool, typer.Option("--no-push", help="Build, and push nothing.")] = False,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Build the image of the commit that is checked out, and push it; nothing to do when the registry has it."""
    from infra_tool import pipeline, reference

    repo = _repo()
    name = pipeline.image_name(image or _usual(repo))
    known = logins(registry_auth_env, reference.parse(name).registry)
    wanted = pipeline.ImageWanted(
        context=context,
        image=name,
        file=file,
        platforms=tuple(platform or ()),
        cache=cache,
        source="/".join(repo) if repo else None,
        push=not no_push,
    )
    environ = {key: value for key, value in os.environ.items() if key not in {AUTH, registry_auth_env}}
    built, action = pipeline.build_image(wanted, known, environ, report.note)
    if format_ is report.Format.json:
        value = {
            "image": built.name,
            "tag": built.tag,
            "digest": built.digest,
            "reference": str(built),
            "action": action,
        }
        report.result("image build", value)
        return
    if action == "exists":
        report.note(f"{built.registry} has the image of this commit already: nothing to do")
    report.say(str(built))


def _repo() -> tuple[str, str] | None:
    """Return the address of the server and the name of the repo, where this is a CI job."""
    server, name = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    return (server.rstrip("/"), name) if server and name else None


def _usual(repo: tuple[str, str] | None) -> str:
    if repo is None:
        raise UsageError("--image is missing", hint="--image REGISTRY/OWNER/NAME; a CI job need not say it")
    return f"{repo[0].partition('://')[2]}/{repo[1]}"


group = new_group("The image that is built of a commit.")
add(group, "build", build)
