"""`infra-tool demo`: the whole job on a throw-away repo."""

from pathlib import Path
from typing import Annotated

import typer

from infra_tool.cli import report
from infra_tool.errors import UsageError


def demo(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where; a new temporary directory if not given.")
    ] = None,
    *,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Show the whole job on a throw-away repo: each step runs the real command and is checked."""
    import tempfile

    from infra_tool import demo as shown

    if directory is not None and directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty", hint="name a new directory, or none")
    place = directory.absolute() if directory else Path(tempfile.mkdtemp(prefix="infra-tool-demo-"))
    steps = []
    for number, step in enumerate(shown.run(place), 1):
        steps.append({"title": step.title, "seconds": round(step.seconds, 2)})
        if format_ is report.Format.text:
            report.say(f"\n== {number}. {step.title}")
            for line in step.lines:
                report.say(f"   {line}" if line else "")
    if format_ is report.Format.json:
        report.result("demo", {"directory": str(place), "steps": steps})
    else:
        report.say(f"\nAll {len(steps)} steps did what they should. Explore {place}/infra, or delete {place}.")
