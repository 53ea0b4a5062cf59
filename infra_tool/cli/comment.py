"""`infra-tool gitea comment`: a comment on a pull request that is kept up to date."""

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report, scaffolding
from infra_tool.cli.gitea_token import TOKEN, TokenEnvOption
from infra_tool.errors import InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.gitea import Repo

LARGEST = 1 << 20
WORDS = {"create": "written", "update": "written again", "keep": "as it is"}
PLANNED = {**WORDS, "create": "would be written", "update": "would be written again"}


def comment(
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The pull request.")],
    *,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="The text in Markdown; stdin if not given.")] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Address of Gitea's pages; of the job or the remote if not given.")
    ] = None,
    repo: Annotated[
        str | None, typer.Option(metavar="OWNER/NAME", help="The repo; of the job or the remote if not given.")
    ] = None,
    token_env: TokenEnvOption = TOKEN,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Send the token to another machine unencrypted.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, and tell what would be written.")] = False,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Write a comment on a pull request, or write it again: there is one, however often this is called."""
    from infra_tool import gitea

    text = _text(file)
    base, place = _place(url, repo)
    client = gitea.Client(base, scaffolding.read_environment(token_env), plain=plain_http)
    step = gitea.plan_comment(client, place, number, text)
    for _ in gitea.carry_out(client, () if dry_run else (step,)):
        pass
    if format_ is report.Format.json:
        report.result("gitea comment", {"number": number, "action": step.action, "dry_run": dry_run})
    else:
        report.say(f"comment on {step.name}: {(PLANNED if dry_run else WORDS)[step.action]}")


def _text(file: Path | None) -> str:
    try:
        data = sys.stdin.buffer.read(LARGEST + 1) if file is None else _start(file)
    except OSError as error:
        raise InfraToolError(f"cannot read {file or 'stdin'}: {error.strerror}") from error
    if len(data) > LARGEST:
        raise UsageError("the comment is larger than 1 MiB")
    text = scaffolding.as_text(data, "the comment")
    if not text.strip():
        raise UsageError("the comment is empty")
    return text


def _start(file: Path) -> bytes:
    """Return the file, or as much of it as tells that it is too large."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise UsageError(f"{file} is no regular file", hint="without --file the text is read from stdin")
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _place(url: str | None, repo: str | None) -> "tuple[str, Repo]":
    """Return the server and the repo: as given, as the job knows them, or as the configuration names its remote."""
    from infra_tool import git, gitea, pipeline

    base, name = url or os.environ.get("GITHUB_SERVER_URL"), repo or os.environ.get("GITHUB_REPOSITORY")
    if not (base and name):
        found = pipeline.infra_place(git.WorkTree(scaffolding.infra_root()))
        base, name = base or found.base, name or f"{found.owner}/{found.name}"
    owner, _, own = name.partition("/")
    if not owner or not own or "/" in own:
        raise UsageError(f"{name!r} is no repo", hint="--repo OWNER/NAME")
    return base, gitea.Repo(owner, own)
