"""`infra-tool render`: the objects that a kustomization makes, as the cluster would get them."""

import gc
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report
from infra_tool.errors import EXIT_FAILURE, InfraToolError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra_tool.cli.rendering import Rendered
    from infra_tool.kustomize.rendering import Built, Object

    Written = dict[str, str | None]


ENDINGS = {"rendered": "yaml", "unsupported": "unsupported", "error": "error"}
"""How the name of a file that --all writes ends, by what became of its kustomization."""


class Engine(StrEnum):
    """Who renders."""

    native = "native"
    kustomize = "kustomize"


def render(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[DIR|CLUSTER|FLUX-KUSTOMIZATION]",
            help="The directory of a kustomization; or the name of a cluster, or of a Flux Kustomization: "
            "NAME, NAMESPACE/NAME or CLUSTER/NAME.",
        ),
    ] = ".",
    *,
    all_: Annotated[str | None, typer.Option("--all", metavar="ROOT", help="Every kustomization below ROOT.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where --all writes its files.")] = None,
    engine: Annotated[Engine, typer.Option(help="Who renders.")] = Engine.native,
    substitute: Annotated[
        bool, typer.Option("--substitute", help="Replace ${VAR} as Flux does, where the repo says by what.")
    ] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Decrypt what a private key here opens; values are then in the clear.")
    ] = False,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each object comes from.")] = False,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Print the objects that a kustomization makes, as the cluster would get them."""
    from infra_tool.cli import rendering

    if (all_ is None) != (out is None):
        raise UsageError("--all and --out go together", hint="infra-tool render --all . --out /tmp/rendered")
    if out is not None and (reveal or substitute):
        raise UsageError("--all writes what kustomize makes: no --reveal or --substitute")
    if engine is Engine.kustomize and (reveal or substitute):
        raise UsageError("--reveal and --substitute go with the native engine")
    gc.disable()  # a build makes millions of small values, none of them in cycles
    try:
        if all_ is not None and out is not None:
            _all(all_, out, engine, format_, with_origin=origin)
        else:
            wanted = rendering.Wanted(engine.value, substitute, reveal)
            _print(rendering.rendered(what, wanted), engine, format_, with_origin=origin)
    finally:
        gc.enable()


def _print(found: "Rendered", engine: Engine, format_: report.Format, *, with_origin: bool) -> None:
    for note in found.notes:
        report.note(note)
    if format_ is report.Format.json:
        objects = [{**each.described(), "by": by} for each, by in found.objects]
        report.result("render", {"directory": found.directory, "engine": engine.value, "objects": objects})
        return
    for index, (each, _) in enumerate(found.objects):
        if index:
            report.say("---")
        report.say(_text(each, with_origin=with_origin).removesuffix("\n"))


def _text(each: "Object", *, with_origin: bool) -> str:
    """Return an object as YAML, with a comment that says where it comes from."""
    from infra_tool.output import printable

    return f"# {printable(each.path)}:{each.line}\n{each.text}" if with_origin and each.path is not None else each.text


def _all(root: str, out: Path, engine: Engine, format_: report.Format, *, with_origin: bool) -> None:
    from infra_tool.cli import rendering

    built = rendering.root(root, engine.value)
    top = rendering.below(built.root, root)
    files = [_write(built, top, directory, out, with_origin=with_origin) for directory in built.directories(top)]
    if format_ is report.Format.json:
        report.result("render", {"root": root, "engine": engine.value, "files": files})
    else:
        _tell(files)
    if any(file["status"] == "error" for file in files):
        raise typer.Exit(EXIT_FAILURE)


def _tell(files: "Sequence[Written]") -> None:
    """Say why there is nothing of some, and count."""
    from infra_tool.output import printable

    for file in files:
        if file["message"] is not None:
            report.note(printable(f"{file['status']}: {file['directory'] or '.'}: {file['message']}"))
    counts = {status: sum(file["status"] == status for file in files) for status in ENDINGS}
    report.note(", ".join(f"{count} {status}" for status, count in counts.items()))


def _write(built: "Built", top: str, directory: str, out: Path, *, with_origin: bool) -> "Written":
    """Write what a kustomization makes, or the reason why there is nothing, and tell what was written."""
    status, message = "rendered", None
    try:
        text = "---\n".join(_text(each, with_origin=with_origin) for each in built.build(directory))
    except InfraToolError as error:
        status = "unsupported" if error.code == "unsupported" else "error"
        message = str(error)
        text = f"{message}\n"
    name = os.path.relpath(directory or ".", top or ".") if directory != top else "_root"
    target = _put(out, name, status, text)
    return {"directory": directory, "path": str(target), "status": status, "message": message}


def _put(out: Path, name: str, status: str, text: str) -> Path:
    """Write a file in the place of what an earlier run wrote under its name; nothing goes through a symlink."""
    target, *others = (out / f"{name}.{ENDINGS[each]}" for each in sorted(ENDINGS, key=lambda ending: ending != status))
    try:
        if target.is_symlink() or target.parent.resolve() != (out.resolve() / name).parent:
            raise InfraToolError("refused to write through a symlink", path=str(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, text.encode("utf-8", "backslashreplace"))
        for other in others:
            if other.is_file() or other.is_symlink():
                other.unlink()
    except OSError as error:
        raise InfraToolError(f"cannot be written: {error.strerror}", path=str(target)) from error
    return target


def _replace(target: Path, data: bytes) -> None:
    """Write a file in one step, but not through to the disk, unlike edits do: these are many, and made anew."""
    temporary = target.with_name(f".{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
