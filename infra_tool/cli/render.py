"""`infra-tool render`: the objects that a directory's kustomization makes, as the cluster would get them."""

import gc
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report
from infra_tool.errors import InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.kustomize.rendering import Built


class Engine(StrEnum):
    """Who renders."""

    native = "native"
    kustomize = "kustomize"


def render(
    directory: Annotated[str, typer.Argument(metavar="[DIR]", help="The directory of a kustomization.")] = ".",
    *,
    all_: Annotated[str | None, typer.Option("--all", metavar="ROOT", help="Every kustomization below ROOT.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where --all writes its files.")] = None,
    engine: Annotated[Engine, typer.Option(help="Who renders.")] = Engine.native,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each object comes from.")] = False,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Print the objects that a directory's kustomization makes, as the cluster would get them."""
    if (all_ is None) != (out is None):
        raise UsageError("--all and --out go together", hint="infra-tool render --all . --out /tmp/rendered")
    gc.disable()  # a build makes millions of small values, none of them in cycles
    try:
        if all_ is not None and out is not None:
            _all(all_, out, engine, format_)
        else:
            _one(directory, engine, format_, with_origin=origin)
    finally:
        gc.enable()


def _one(directory: str, engine: Engine, format_: report.Format, *, with_origin: bool) -> None:
    built = _root(directory, engine)
    found = built.build(_below(built.root, directory))
    if format_ is report.Format.json:
        objects = [each.described() for each in found]
        report.result("render", {"directory": directory, "engine": engine.value, "objects": objects})
        return
    for index, each in enumerate(found):
        if index:
            report.say("---")
        if with_origin and each.path is not None:
            report.say(f"# {each.path}:{each.line}")
        report.say(each.text.removesuffix("\n"))


def _root(directory: str, engine: Engine) -> "Built":
    """Return the tree that a directory belongs to: its repo, else the directory it was named from, else itself."""
    from infra_tool import repo
    from infra_tool.kustomize import rendering

    place = Path(directory)
    if not place.is_dir():
        raise UsageError(f"{directory} is no directory")
    try:
        root = repo.locate(place)
    except UsageError:
        here = Path.cwd()
        root = here if place.resolve().is_relative_to(here) else place.resolve()
    return rendering.Built(root, engine.value)


def _below(root: Path, directory: str) -> str:
    path = Path(directory).resolve().relative_to(root.resolve()).as_posix()
    return "" if path == "." else path


def _all(root: str, out: Path, engine: Engine, format_: report.Format) -> None:
    built = _root(root, engine)
    top = _below(built.root, root)
    files = [_write(built, top, directory, out) for directory in built.directories(top)]
    if format_ is report.Format.json:
        report.result("render", {"root": root, "engine": engine.value, "files": files})
        return
    for file in files:
        if file["message"] is not None:
            report.note(f"{file['status']}: {file['directory'] or '.'}: {file['message']}")
    counts = {
        status: sum(file["status"] == status for file in files) for status in ("rendered", "unsupported", "error")
    }
    report.note(", ".join(f"{count} {status}" for status, count in counts.items()))


def _write(built: "Built", top: str, directory: str, out: Path) -> dict[str, str | None]:
    """Write what a kustomization makes, or the reason why there is nothing, and tell what was written."""
    status, message = "rendered", None
    try:
        text = "---\n".join(each.text for each in built.build(directory))
    except InfraToolError as error:
        status = "unsupported" if error.code == "unsupported" else "error"
        message = str(error)
        text = f"{message}\n"
    name = os.path.relpath(directory or ".", top or ".") if directory != top else "_root"
    target = out / f"{name}.{'yaml' if status == 'rendered' else status}"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return {"directory": directory, "path": str(target), "status": status, "message": message}
