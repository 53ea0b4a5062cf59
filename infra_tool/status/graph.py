"""Who applies what: from the sources over Flux Kustomizations to services."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from infra_tool import flux, repo, yamldoc
from infra_tool.edits import Tree
from infra_tool.flux import FluxKustomization, Root
from infra_tool.kustomize import Graph
from infra_tool.output import printable

Relation = Literal["gives", "applies", "waits for"]


class Edge(NamedTuple):
    """Two things of a cluster, by kind and name, and what the first is to the second; cluster None is any."""

    cluster: str | None
    start: str
    relation: Relation
    end: str


def edges(tree: Tree, remote: str | None = None) -> tuple[Edge, ...]:
    """Return who applies what in every cluster, each once; what the repo does not say who applies has no start."""
    graph = Graph(tree)
    found = flux.discover(graph, lambda: flux.manifests(graph), remote)
    services = {f"{repo.APPS}/{name}": name for name in repo.services(tree)}
    made: list[Edge] = []
    for each in found.kustomizations:
        made.append(Edge(each.cluster, f"{each.source.kind} {each.source.name}", "gives", _named(each)))
        made += (Edge(each.cluster, _named(each), "waits for", f"Kustomization {name}") for name in _awaited(each))
    for root in found.roots:
        start = _named(root.by) if root.by else f"directory {root.build.directory}"
        made += (Edge(root.cluster, start, "applies", end) for end in _applied(root, found.kustomizations, services))
    return tuple(dict.fromkeys(made))


def mermaid(found: Iterable[Edge]) -> str:
    """Return a drawing in Mermaid, which git servers show in Markdown."""
    every = tuple(found)
    lines = ["graph LR"]
    for number, cluster in enumerate(dict.fromkeys(edge.cluster for edge in every)):
        own = [edge for edge in every if edge.cluster == cluster]
        names = {name: f"c{number}n{count}" for count, name in enumerate(dict.fromkeys(_ends(own)))}
        lines.append(f'  subgraph c{number}["{_quoted(cluster or "any cluster")}"]')
        lines += (f'    {short}["{_quoted(name)}"]' for name, short in names.items())
        for edge in own:
            arrow = "-. waits for .->" if edge.relation == "waits for" else "-->"
            lines.append(f"    {names[edge.start]} {arrow} {names[edge.end]}")
        lines.append("  end")
    return "\n".join(lines)


def _ends(found: Iterable[Edge]) -> Iterator[str]:
    for edge in found:
        yield edge.start
        yield edge.end


def _quoted(text: str) -> str:
    """Return a text as Mermaid takes it between quotes, on one line."""
    return printable(text).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _named(each: FluxKustomization) -> str:
    return f"Kustomization {each.name}"


def _awaited(each: FluxKustomization) -> Iterator[str]:
    listed = yamldoc.lookup(each.root, "spec", "dependsOn")
    for item in listed.values() if isinstance(listed, yamldoc.Sequence) else ():
        if name := yamldoc.text(item, "name"):
            yield name


def _applied(root: Root, known: Iterable[FluxKustomization], services: dict[str, str]) -> Iterator[str]:
    """Yield what a build brings: Flux Kustomizations, and the services whose directories it includes."""
    paths = {reached.path for reached in root.build.files}
    yield from (_named(each) for each in known if each.file.path in paths and each is not root.by)
    for directory, name in services.items():
        if any(path.startswith(f"{directory}/") for path in paths):
            yield f"service {name}"
