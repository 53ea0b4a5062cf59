"""`infra-tool bump`: move services to another version; the last step of a CD job."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, deploying, report, waiting
from infra_tool.cli.delivery import Target
from infra_tool.cli.gitea_token import TOKEN, TokenEnvOption
from infra_tool.cli.registry_auth import RegistryAuthEnv, asking
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.apps import Version
    from infra_tool.deploy import Bumped, OnUnknown, Source, Wanted
    from infra_tool.git import Outcome

WORDS = 2


class Unknown(StrEnum):
    """What to do when the order of two builds cannot be told."""

    deploy = "deploy"
    refuse = "refuse"


@delivery.writing
def bump(  # noqa: PLR0913 -- these are its options
    words: Annotated[
        list[str] | None, typer.Argument(metavar="SERVICE TAG | SERVICE=TAG...", help="What to run which tag of.")
    ] = None,
    *,
    image: Annotated[str | None, typer.Option(metavar="NAME", help="Image, where a service has several.")] = None,
    digest: Annotated[str | None, typer.Option(metavar="sha256:...", help="Pin the tag to this digest.")] = None,
    source_commit: Annotated[
        str | None, typer.Option(metavar="SHA", help="Commit of the app repo; GITHUB_SHA if not given.")
    ] = None,
    source_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Checkout of the app repo, which tells the order of builds.")
    ] = None,
    source_repo: Annotated[
        str | None, typer.Option(metavar="OWNER/NAME", help="Name of the app repo; GITHUB_REPOSITORY if not given.")
    ] = None,
    ci_run: Annotated[str | None, typer.Option(metavar="URL", help="Page of the CI run.")] = None,
    verify_image: Annotated[
        bool, typer.Option("--verify-image", help="Refuse what the registry does not have; note its digest.")
    ] = False,
    registry_auth_env: RegistryAuthEnv = None,
    allow_downgrade: Annotated[
        bool, typer.Option("--allow-downgrade", help="Deploy also an older build, or one of another branch.")
    ] = False,
    on_unknown_order: Annotated[
        Unknown | None, typer.Option(help="If the order cannot be told; refuse if --source-dir is given, else deploy.")
    ] = None,
    file: Annotated[Path | None, typer.Option(metavar="PATH", help="Edit this one file, in any repo.")] = None,
    container: Annotated[str | None, typer.Option(metavar="NAME", help="Container in that file.")] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Tag for that file.")] = None,
    ssh_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key for the push.")] = None,
    ssh_key_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="Environment variable that holds the private key.")
    ] = None,
    known_hosts: Annotated[Path | None, typer.Option(metavar="FILE", help="The host keys that are trusted.")] = None,
    wait: waiting.WaitOption = False,
    token_env: TokenEnvOption = TOKEN,
    gitea_url: waiting.GiteaUrlOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Move services to another tag: one commit, never an older build over a newer one."""
    from infra_tool import deploy, git

    ssh = git.Ssh.from_options(ssh_key, ssh_key_env, known_hosts)
    waits = waiting.waiting(target, token_env, gitea_url, ssh) if wait else None
    if file is not None:
        if words:
            raise UsageError("--file edits one file and takes no SERVICE", hint="--file PATH --image NAME --tag TAG")
        if verify_image:
            raise UsageError("--verify-image is for services, not for --file")
        version = _version(tag, digest)
        one = deploying.OneFile(file, version, image=image, container=container)
        _end(deploying.bump_file(one, target, ssh), waits, target, format_)
        return
    if container or tag:
        raise UsageError(f"{'--container' if container else '--tag'} goes with --file")
    wanted = _wanted(words or [], image, digest)
    source = _source(source_commit, source_dir, source_repo, ci_run)
    unknown: OnUnknown = on_unknown_order.value if on_unknown_order else "refuse" if source_dir else "deploy"
    policy = deploy.Policy(allow_downgrade=allow_downgrade, on_unknown=unknown, second_reader=target.remote is None)
    look = asking(registry_auth_env) if verify_image else None
    _end(deploying.deliver(deploy.bump(wanted, source, policy, look), target, ssh), waits, target, format_)


def _end(outcome: "Outcome[Bumped]", waits: waiting.Wait | None, target: Target, format_: report.Format) -> None:
    applied = None if outcome.result.refused else waiting.after(outcome, waits)
    deploying.tell("bump", outcome, target, format_, applied=applied)


def _version(tag: str | None, digest: str | None) -> "Version":
    from infra_tool import apps

    if tag is None:
        raise UsageError("--tag is missing", hint="--file PATH --image NAME --tag TAG")
    return apps.Version(tag, digest)


def _wanted(words: list[str], image: str | None, digest: str | None) -> "list[Wanted]":
    """Read SERVICE TAG, or SERVICE=TAG as often as wanted."""
    from infra_tool import apps, deploy

    pairs = [(service, tag) for service, separator, tag in (word.partition("=") for word in words) if separator]
    if not pairs and len(words) == WORDS:
        pairs = [(words[0], words[1])]
    elif not pairs or len(pairs) < len(words):
        raise UsageError("say SERVICE TAG, or SERVICE=TAG for each of several services")
    if len(pairs) > 1 and (image or digest):
        raise UsageError("--image and --digest are for one service")
    return [deploy.Wanted(service=name, version=apps.Version(tag, digest), image=image) for name, tag in pairs]


def _source(commit: str | None, directory: Path | None, name: str | None, run: str | None) -> "Source":
    """Return where the build comes from; what is not given is taken from the CI job, where there is one."""
    from infra_tool import deploy

    found = {key: os.environ.get(f"GITHUB_{key}") or None for key in ("SHA", "REPOSITORY", "SERVER_URL", "RUN_ID")}
    page = "{SERVER_URL}/{REPOSITORY}/actions/runs/{RUN_ID}"
    is_known = all(found[key] for key in ("REPOSITORY", "SERVER_URL", "RUN_ID"))
    return deploy.Source(
        commit=commit or found["SHA"],
        directory=directory.resolve() if directory else None,
        repo=name or found["REPOSITORY"],
        run=run or (page.format_map(found) if is_known else None),
    )
