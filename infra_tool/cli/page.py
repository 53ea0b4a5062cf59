"""`infra-tool report`: what runs where, as a page."""

from pathlib import Path
from typing import Annotated

import typer

from infra_tool.cli import report, scaffolding, status
from infra_tool.errors import InfraToolError, UsageError


def page(
    *,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it in HTML, all in one file.")] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it in Markdown.")] = None,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Write what runs where as a page, in HTML or Markdown."""
    from infra_tool import status as library

    if html is None and markdown is None:
        raise UsageError("a page in which form?", hint="--html FILE or --markdown FILE")
    found = status.clusters()
    title = f"What runs, as {scaffolding.infra_root().name} says"
    written = [
        _write(path, render(found, title))
        for path, render in ((html, library.html), (markdown, library.markdown))
        if path is not None
    ]
    if format_ is report.Format.json:
        report.result("report", {"files": written, "clusters": len(found)})
    for path in written if format_ is report.Format.text else ():
        report.say(path)


def _write(path: Path, text: str) -> str:
    """Write a page in one step, where a symlink leads too; what is no file, such as a pipe, is written to."""
    from infra_tool.edits import Edits, apply

    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
        else:
            place = path.resolve()
            apply(place.parent, Edits().write(place.name, text.encode()))
    except OSError as error:
        raise InfraToolError(f"cannot be written: {error.strerror}", path=str(path)) from error
    except InfraToolError as error:
        raise InfraToolError(error.message, path=str(path)) from error
    return str(path)
