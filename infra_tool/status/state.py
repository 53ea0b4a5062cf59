"""What the repo says of its clusters, put together from what it holds, its past, and what lint finds."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from infra_tool import apps, repo, sops, yamldoc
from infra_tool.apps import Registered, Shelf
from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.finding import Finding
from infra_tool.repo import Layout
from infra_tool.status import live
from infra_tool.status.live import Live, Workload

ENDINGS = (".enc.yaml", ".enc.yml")


class Running(NamedTuple):
    """Since when a version runs (seconds since the epoch), by whose commit; `source` is what it was built from."""

    since: int
    by: str
    commit: str
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What others know of services by name: the version that runs, why it is held; and what lint finds in the repo.

    `live` is what the cluster really runs, None when it was not asked.
    """

    running: Mapping[str, Running] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    live: tuple[Workload, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ServiceState:
    """A service in a cluster.

    `image` and `version` are None where that cannot be told, and `problem` says why. `stubs` are keys of its secrets
    that still need a value; `errors` and `warnings` count what lint finds in its files. `live` is what the cluster
    really runs of the image, None when it was not asked or the image cannot be told.
    """

    name: str
    layout: Layout
    image: str | None = None
    version: str | None = None
    problem: str | None = None
    running: Running | None = None
    held: str | None = None
    stubs: tuple[str, ...] = ()
    errors: int = 0
    warnings: int = 0
    live: Live | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should look at, in words."""
        counted = ((self.errors, "error"), (self.warnings, "warning"), (len(self.stubs), "stub"))
        told = (f"{count} {what}{'s' if count > 1 else ''}" for count, what in counted if count)
        differs = self.live.against(self.version) if self.live else None
        return tuple(filter(None, (differs, self.held, self.problem, *told)))


@dataclass(frozen=True)
class ClusterState:
    """A cluster and its services, sorted; `problem` says why they are not known."""

    name: str
    services: tuple[ServiceState, ...]
    problem: str | None = None


def state(tree: Tree, facts: Facts) -> tuple[ClusterState, ...]:
    """Return the state of every cluster, as the repo has it: what a cluster really runs is not asked."""
    config = repo.load_config(tree)
    shelf = Shelf(tree)
    found = []
    for cluster in repo.clusters(tree):
        try:
            registered = apps.registered(tree, cluster)
        except InfraToolError as error:
            found.append(ClusterState(cluster, (), str(error)))
            continue
        services = (_service(tree, config, shelf, facts, name, each) for name, each in sorted(registered.items()))
        found.append(ClusterState(cluster, tuple(services)))
    return tuple(found)


def _service(
    tree: Tree, config: repo.Config, shelf: Shelf, facts: Facts, name: str, registered: Registered
) -> ServiceState:
    image, version, problem = _image(tree, config, shelf, name)
    own = [each for each in facts.findings if each.path == registered.path or _is_of(name, each.path)]
    return ServiceState(
        name=name,
        layout=registered.layout,
        image=image,
        version=version,
        problem=problem,
        live=live.of(image, facts.live) if image and facts.live is not None else None,
        running=facts.running.get(name),
        held=facts.held.get(name),
        stubs=tuple(_stubs(tree, name)),
        errors=sum(each.severity == "error" for each in own),
        warnings=sum(each.severity == "warning" for each in own),
    )


def _image(tree: Tree, config: repo.Config, shelf: Shelf, name: str) -> tuple[str | None, str | None, str | None]:
    """Return the image of a service, its version, and why neither is known."""
    try:
        chosen = apps.choose(apps.find(tree, config, name, shelf), config, None)
    except InfraToolError as error:
        return None, None, error.message
    versions = dict.fromkeys(str(one.version) for one in chosen.decided)
    return chosen.name, ", ".join(versions) or None, None


def _stubs(tree: Tree, name: str) -> list[str]:
    found: list[str] = []
    for path in tree.entries:
        if _is_of(name, path) and path.endswith(ENDINGS):
            with suppress(yamldoc.YamlError):  # lint counts it as an error
                for document in yamldoc.parse(tree.read(path), path).documents:
                    found += sops.stub_keys(document.root)
    return found


def _is_of(name: str, path: str) -> bool:
    return path.startswith(f"{repo.APPS}/{name}/")
