"""What `infra-tool render` prints: a directory, all of a cluster, or what one Flux Kustomization applies."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.flux import Found, Root
    from infra_tool.flux.applied import Object as Applied
    from infra_tool.flux.reveal import Opener
    from infra_tool.kustomize.rendering import Built, Object

CHANGES = (
    "targetNamespace", "namePrefix", "nameSuffix", "patches", "patchesStrategicMerge", "patchesJson6902", "images",
    "components", "commonMetadata",
)  # fmt: skip
"""Fields of a Flux Kustomization that change objects, which the kustomize program does not know."""


@dataclass(frozen=True)
class Wanted:
    """How to render: see the options of the same names."""

    engine: str
    substitute: bool
    reveal: bool


@dataclass(frozen=True)
class Rendered:
    """Objects, each with the Flux Kustomization that applies it, None where a directory was asked for.

    `notes` are for the person: what of the cluster is not among the objects, and why.
    """

    directory: str
    objects: "Sequence[tuple[Object, str | None]]"
    notes: tuple[str, ...]


def rendered(what: str, wanted: Wanted) -> Rendered:
    """Return what is asked for; raises UsageError for a word that is nothing."""
    if Path(what).is_dir():
        return _directory(what, wanted)
    from infra_tool import repo
    from infra_tool.kustomize import rendering

    try:
        built = rendering.Built(repo.locate(Path.cwd()), wanted.engine)
    except UsageError as error:
        raise UsageError(f"{what} is no directory") from error
    return _of_cluster(what, built, wanted)


def _directory(directory: str, wanted: Wanted) -> Rendered:
    """Return what kustomize makes of a directory, decrypted where that is asked for."""
    if wanted.substitute:
        raise UsageError("--substitute goes with a cluster or a Flux Kustomization: a directory has no variables")
    built = root(directory, wanted.engine)
    place = below(built.root, directory)
    if not wanted.reveal:
        return Rendered(directory, [(each, None) for each in built.build(place)], ())
    from infra_tool.kustomize import rendering
    from infra_tool.kustomize.render import render

    opener = _opener(built)
    found = [one.root for one in render(built.graph, place)]
    for value in found:
        opener.open(value)
    return Rendered(directory, [(rendering.object_of(value), None) for value in found], tuple(_closed(opener)))


def _of_cluster(what: str, built: "Built", wanted: Wanted) -> Rendered:
    """Return what a cluster gets, or what a Flux Kustomization applies."""
    from infra_tool import flux, repo

    found = flux.discover(built.graph, lambda: flux.manifests(built.graph), repo.load_config(built.tree).remote)
    if what in repo.clusters(built.tree):
        directory, chosen = repo.cluster_root(what), [each for each in found.roots if each.cluster == what]
    else:
        directory, chosen = _named(what, found.roots)
    notes = [*_aside(chosen), *_missing(what, found)]
    if wanted.engine == "kustomize":
        return Rendered(directory, list(_by_program(built, chosen)), tuple(notes))
    from infra_tool.flux import applying
    from infra_tool.kustomize import rendering
    from infra_tool.kustomize.render import Sources

    opener = _opener(built) if wanted.reveal else None
    others = [each for each in found.roots if each.cluster == chosen[0].cluster and each not in chosen]
    objects = applying.render(Sources(built.graph), chosen, others, substitutes=wanted.substitute, opener=opener)
    notes += (*_charts(objects), *(_closed(opener) if opener is not None else ()))
    return Rendered(directory, [(rendering.object_of(one.value), _by(one.root)) for one in objects], tuple(notes))


def _named(what: str, roots: "Iterable[Root]") -> "tuple[str, list[Root]]":
    """Return the directory and the one build of a Flux Kustomization; raises UsageError for none, or several."""
    found = [each for each in roots if each.by is not None and what in _names(each)]
    if not found:
        raise UsageError(f"there is no directory, cluster or Flux Kustomization {what}")
    if len(found) > 1:
        longest = ", ".join(sorted(list(_names(each))[-1] for each in found))
        raise UsageError(f"several Flux Kustomizations are named {what}", hint=f"one of {longest}")
    return found[0].build.directory, found


def _names(each: "Root") -> Iterator[str]:
    """Yield what a Flux Kustomization may be called, the longest last."""
    if each.by is not None:
        own = (each.by.name, f"{each.by.namespace}/{each.by.name}")
        yield from own
        if each.cluster is not None:
            yield from (f"{each.cluster}/{name}" for name in own)


def _by(each: "Root") -> str | None:
    return f"{each.by.namespace}/{each.by.name}" if each.by is not None else None


def _by_program(built: "Built", chosen: "Iterable[Root]") -> "Iterator[tuple[Object, str | None]]":
    for each in chosen:
        _refuse_changes(each)
        yield from ((one, _by(each)) for one in built.build(each.build.directory))


def _refuse_changes(each: "Root") -> None:
    """Refuse a Flux Kustomization that changes what its directory makes: the program does not know it."""
    from infra_tool.kustomize.render import UnsupportedError
    from infra_tool.yamldoc import Mapping, Scalar, lookup

    spec = lookup(each.by.root, "spec") if each.by is not None else None
    for key, _ in spec.items if isinstance(spec, Mapping) else ():
        if each.by is not None and isinstance(key, Scalar) and key.value in CHANGES:
            line, hint = each.by.file.line(key), "the native engine does"
            message = f"kustomize does not know spec.{key.value}"
            raise UnsupportedError(message, path=each.by.file.path, line=line, hint=hint)


def _opener(built: "Built") -> "Opener":
    from infra_tool import sops
    from infra_tool.cli.secret import place
    from infra_tool.flux.reveal import Opener

    rules = sops.load_rules(built.tree)
    return Opener(place.keys(None), rules.names if rules is not None else {})


def _closed(opener: "Opener") -> Iterator[str]:
    for path, reason in opener.closed.items():
        yield f"not decrypted: {path}: {reason}"


def _charts(objects: "Iterable[Applied]") -> Iterator[str]:
    count = sum(one.resource.gvk.kind == "HelmRelease" for one in objects)
    if count:
        yield f"{count} HelmRelease{'s' if count > 1 else ''}: what the charts make is not rendered"


def _missing(cluster: str, found: "Found") -> Iterator[str]:
    """Name the Flux Kustomizations of a cluster whose objects are not shown."""
    built = {each.build.directory for each in found.roots if each.cluster == cluster}
    for by in found.kustomizations:
        if by.cluster != cluster or by.path in built:
            continue
        name = f"{by.namespace}/{by.name}"
        if not by.is_own:
            yield f"{name} applies what is not in this repo"
        elif by.path is None:
            yield f"{name} is not shown: its path holds a variable"
        else:
            yield f"{name} is not shown: there is no {by.path}"


def _aside(chosen: "Iterable[Root]") -> Iterator[str]:
    """Tell of what is shown and does not reach this cluster now."""
    from infra_tool.yamldoc import lookup

    for each in chosen:
        if each.by is not None and each.by.is_suspended:
            yield f"{_by(each)} is suspended: Flux applies it when that ends"
        if each.by is not None and lookup(each.by.root, "spec", "kubeConfig") is not None:
            yield f"{_by(each)} applies to another cluster (spec.kubeConfig)"


def root(directory: str, engine: str) -> "Built":
    """Return the tree that a directory belongs to: its repo, else the directory it was named from, else itself."""
    from infra_tool import repo
    from infra_tool.kustomize import rendering

    place = Path(directory)
    if not place.is_dir():
        raise UsageError(f"{directory} is no directory")
    try:
        found = repo.locate(place)
    except UsageError:
        here = Path.cwd()
        found = here if place.resolve().is_relative_to(here) else place.resolve()
    return rendering.Built(found, engine)


def below(top: Path, directory: str) -> str:
    """Return a directory as a path below the top of its tree."""
    path = Path(directory).resolve().relative_to(top.resolve()).as_posix()
    return "" if path == "." else path
