"""`infra-tool history`: which versions ran, since when, by which commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import deploying, report, scaffolding

if TYPE_CHECKING:
    from infra_tool.deploy import Run

SHORT = 12
UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def history(
    service: Annotated[
        str | None, typer.Argument(metavar="SERVICE", help="Whose; without it, of all services.")
    ] = None,
    *,
    image: Annotated[str | None, typer.Option(metavar="NAME", help="Image, where a service has several.")] = None,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Tell which versions ran, newest first, from git alone."""
    from infra_tool import deploy, git
    from infra_tool.output import printable

    runs = deploy.history(git.worktree_snapshot(scaffolding.infra_root()), service, image)
    if format_ is report.Format.json:
        report.result("history", {"service": service, "runs": [_json(run) for run in runs]})
        return
    for run in runs:
        report.say(printable(_line(run, with_service=service is None)))
    if not runs:
        report.note(f"nothing was deployed yet{f' of {service}' if service else ''}")


def _json(run: "Run") -> report.Json:
    told = run.told
    return {
        "service": run.service,
        "version": str(run.version),
        "since": deploying.moment(run.commit.time),
        "seconds": run.until - run.commit.time if run.until is not None else None,
        "by": run.commit.author,
        "commit": run.commit.sha,
        "by_hand": told is None,
        "source": {"repo": told.repo or None, "commit": told.commit} if told is not None and told.commit else None,
        "ci_run": run.ci_run,
        "rolled_back": run.rolled_back,
    }


def _line(run: "Run", *, with_service: bool) -> str:
    """Return since when, for how long, what, by whom, and what else is known."""
    lasted = f"ran {_duration(run.until - run.commit.time)}" if run.until is not None else "runs now"
    name = run.commit.author.partition(" <")[0]
    notes = [
        f"rolled back from {run.rolled_back}" if run.rolled_back else "",
        "by hand" if run.told is None else "",
        f"from {run.told.repo} {run.told.commit[:SHORT]}" if run.told is not None and run.told.commit else "",
    ]
    what = f"{run.service} {run.version}" if with_service else str(run.version)
    ending = ", ".join(note for note in notes if note)
    line = f"{deploying.moment(run.commit.time)}  {what}  {lasted}, {name}, {run.commit.sha[:SHORT]}"
    return f"{line}, {ending}" if ending else line


def _duration(seconds: int) -> str:
    """Return a time span in its largest unit, as people say it; clocks of two machines may make it negative."""
    for size, unit in UNITS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"
