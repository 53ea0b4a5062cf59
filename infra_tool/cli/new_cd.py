"""`infra-tool new-cd`: the workflow that tests, builds and deploys an app repo."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report, scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.pipeline import NewCd, Render


@delivery.writing
def new_cd(  # noqa: PLR0913 -- these are its options
    *,
    service: Annotated[
        str | None, typer.Option(metavar="NAME", help="Service in the infra repo; called as this repo if not given.")
    ] = None,
    infra: Annotated[str | None, typer.Option(metavar="URL", help="ssh URL of the infra repo.")] = None,
    image: Annotated[
        str | None, typer.Option(metavar="NAME", help="Image; HOST/OWNER/SERVICE of the git server if not given.")
    ] = None,
    runs_on: Annotated[str | None, typer.Option(metavar="LABEL", help="Label of the runner, one word.")] = None,
    ci: Annotated[
        str | None, typer.Option(metavar="COMMAND", help="What tests a repo that has no workflow yet.")
    ] = None,
    move_ci: Annotated[
        bool, typer.Option("--move-ci", help="Remove ci.yml, whose jobs the new workflow keeps.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write a workflow again that differs.")] = False,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Make an app repo's workflow: its own tests, then the image, then the tag in the infra repo."""
    from infra_tool import git, pipeline

    root = None if target.remote else git.root(Path.cwd())
    if root is None and not target.remote:
        raise UsageError("this is no git repo", hint="run it in the app repo, or use -C DIR")
    origin = target.remote or _origin()
    wanted = pipeline.CdWanted(
        name=root.name if root else Path(target.remote or "").name.removesuffix(".git"),
        origin=origin,
        service=service,
        infra=infra,
        image=image,
        branch=target.branch,
        label=runs_on,
        command=ci.strip() if ci else None,
        replace=replace,
        move=move_ci,
    )
    outcome = target.deliver(pipeline.new_cd(wanted, _renderer()), root=root, branch="main")
    _tell(outcome, target, format_)


def _origin() -> str | None:
    from infra_tool import git

    done = git.run(("config", "--get", "remote.origin.url"), cwd=Path.cwd(), ok=(0, 1))
    return done.stdout.decode(errors="replace").strip() or None


def _renderer() -> "Render":
    from infra_tool.scaffold import answers, rendering, templates

    render = rendering.once(templates.built_in("cd"), {})
    return lambda values: render(answers.plain(values)).files


def _tell(outcome: "Outcome[NewCd]", target: Target, format_: report.Format) -> None:
    made = outcome.result
    for note in made.notes if outcome.edits else ():
        report.warn(note)
    result = {
        "service": made.content.service,
        "image": made.content.image,
        "infra": made.content.infra,
        "needs": list(made.content.needs),
        "kept_from": made.kept_from,
        "files": list(made.files),
        "removed": list(made.removed),
        "settings": [setting._asdict() for setting in made.settings],
        "commit": outcome.commit,
    }
    delivery.finish("new-cd", outcome, target, format_, result=result, text=_text(outcome))
    if target.is_dry or not made.files:
        return
    report.note(
        "next: set these once, for all repos of the owner: infra-tool gitea setup, in the infra repo, or by hand"
    )
    for setting in made.settings:
        report.note(f"  {setting.kind} {setting.name}: {setting.value}")
        report.note(f"    {setting.method} {setting.url} {setting.field}")


def _text(outcome: "Outcome[NewCd]") -> str:
    made = outcome.result
    if not outcome.edits:
        return f"{made.content.service} is deployed by this repo already: nothing to do"
    needs = ", ".join(made.content.needs)
    head = f"{made.content.service} is deployed as {made.content.image} when {needs} passed"
    removed = [f"{path} (removed)" for path in made.removed]
    return scaffolding.told(head, [*made.files, *removed], outcome.commit)
