"""`infra-tool render`: the objects that a directory's kustomization makes, as the cluster would get them."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report
from infra_tool.errors import InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.flux import Root
    from infra_tool.kustomize.rendering import Built, Object


CHANGES = (
    "targetNamespace", "namePrefix", "nameSuffix", "patches", "patchesStrategicMerge", "patchesJson6902", "images",
    "components", "commonMetadata",
)  # fmt: skip
"""Fields of a Flux Kustomization that change objects; `postBuild` does too, and `${VAR}` is shown as it is written."""


class Engine(StrEnum):
    """Who renders."""

    native = "native"
    kustomize = "kustomize"


def render(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[DIR|CLUSTER|FLUX-KUSTOMIZATION]",
            help="The directory of a kustomization; or the name of a cluster or of a Flux Kustomization.",
        ),
    ] = ".",
    *,
    all_: Annotated[str | None, typer.Option("--all", metavar="ROOT", help="Every kustomization below ROOT.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where --all writes its files.")] = None,
    engine: Annotated[Engine, typer.Option(help="Who renders.")] = Engine.native,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each object comes from.")] = False,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Print the objects that a kustomization makes, as the cluster would get them."""
    if (all_ is None) != (out is None):
        raise UsageError("--all and --out go together", hint="infra-tool render --all . --out /tmp/rendered")
    if all_ is not None and out is not None:
        _all(all_, out, engine, format_)
    else:
        _one(what, engine, format_, with_origin=origin)


def _one(what: str, engine: Engine, format_: report.Format, *, with_origin: bool) -> None:
    directory, found = _objects(what, engine)
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


def _objects(what: str, engine: Engine) -> "tuple[str, list[Object]]":
    """Return the directory that is meant, and what its kustomization makes."""
    from infra_tool import flux, repo
    from infra_tool.kustomize import rendering

    if Path(what).is_dir():
        built = _root(what, engine)
        return what, built.build(_below(built.root, what))
    try:
        built = rendering.Built(repo.locate(Path.cwd()), engine.value)
    except UsageError as error:
        raise UsageError(f"{what} is no directory") from error
    if what in repo.clusters(built.tree):
        directory = repo.cluster_root(what)
        return directory, built.build(directory)
    roots = [root for root in flux.discover(built.graph, tuple).roots if root.by is not None and root.by.name == what]
    if not roots:
        raise UsageError(f"there is no directory, cluster or Flux Kustomization {what}")
    places = sorted({root.build.directory for root in roots})
    if len(places) > 1:
        raise UsageError(f"several Flux Kustomizations are named {what}", hint=f"one of {', '.join(places)}")
    _refuse_changes(roots[0])
    return places[0], built.build_of(roots[0].build) if engine is Engine.native else built.build(places[0])


def _refuse_changes(root: "Root") -> None:
    """Refuse a Flux Kustomization that changes what its directory makes, rather than show something else."""
    from infra_tool.kustomize.render import UnsupportedError
    from infra_tool.yamldoc import Mapping, Scalar

    assert root.by is not None  # noqa: S101 -- its caller looks
    spec = root.by.root.get("spec")
    for key, _ in spec.items if isinstance(spec, Mapping) else ():
        if isinstance(key, Scalar) and key.value in CHANGES:
            line, hint = root.by.file.line(key), f"infra-tool render {root.build.directory} shows what it changes"
            raise UnsupportedError(f"spec.{key.value} is not rendered", path=root.by.file.path, line=line, hint=hint)


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
