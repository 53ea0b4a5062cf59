"""From one layout to the other on a cluster that runs: commits in an order that loses no object, to stop after any.

What leaves a Flux Kustomization that prunes is deleted before another one has it: pods restart, and a volume is lost.
So it is told first not to prune; then the services move; when the other has them, it prunes again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from infra_tool import apps, repo, yamldoc
from infra_tool.apps import Registered
from infra_tool.edits import Change, Edits, Overlay, Plan, Snapshot, Tree
from infra_tool.errors import UsageError
from infra_tool.scaffold import moving, objects, registration
from infra_tool.scaffold.judging import Lint, judge
from infra_tool.scaffold.objects import Sync
from infra_tool.scaffold.pruning import Pruning
from infra_tool.scaffold.wanted import Layout

Step = Literal["keep", "move", "prune"]

NAMESPACE = "flux-system"
"""Where the Flux Kustomization is that an isolated service gets."""


class Effect(NamedTuple):
    """What happens to one object of the cluster: `created`, `changed`, or that it goes."""

    action: str
    kind: str
    name: str


Compare = Callable[[Tree, Tree], Sequence[Effect]]
"""Tells what changes in the clusters when the second tree takes the place of the first."""


@dataclass(frozen=True, kw_only=True)
class Migration:
    """A migration as asked for: of all services of the cluster if none is named. `step` is the one to do now."""

    layout: Layout
    cluster: str | None = None
    services: tuple[str, ...] = ()
    step: Step | None = None


@dataclass(frozen=True)
class Migrated:
    """How a migration stands: the step that is done by the plan and those that are left.

    `services` are those that are yet to be moved, or are moved by this step; `root` is the Flux Kustomization that
    applies the cluster, as NAMESPACE and name; `own` are those of the services themselves, which they leave or get;
    `branch` is the one that Flux follows.
    """

    cluster: str
    layout: Layout
    services: tuple[str, ...]
    step: Step | None
    left: tuple[Step, ...]
    root: tuple[str, str]
    own: tuple[tuple[str, str], ...]
    branch: str
    files: tuple[str, ...] = ()


def migrate(asked: Migration, *, lint: Lint, compare: Compare) -> Change[Migrated]:
    """Return the change that takes the next step of a migration.

    Without a step that is asked for, only the first one is taken: the others must wait for the cluster, and are asked
    for by name. The change raises UsageError when another step is due, when a service cannot move, or when a step would
    change anything else in the cluster.
    """

    def change(snapshot: Snapshot) -> Plan[Migrated]:
        tree = snapshot.tree
        config = repo.load_config(tree)
        cluster = registration.choose_cluster(tree, config, asked.cluster)
        state = _State.of(tree, cluster, asked)
        steps = state.steps
        step = _due(asked, steps)
        edits = _edits(tree, config, state, step).effective(tree) if step else Edits()
        if step:
            judge(tree, edits, lint)
            _check(state, step, compare(tree, Overlay(tree, edits)))
        result = Migrated(
            cluster=cluster,
            layout=asked.layout,
            services=tuple(state.open),
            step=step,
            left=steps[1:] if step else steps,
            root=(state.root.namespace, state.root.name),
            own=state.own,
            branch=config.followed,
            files=tuple(edits),
        )
        return Plan(edits, f"chore({cluster}): {_subject(asked.layout, step)}", result)

    return change


@dataclass(frozen=True)
class _State:
    """What there is to move, and the switches of those that apply it."""

    cluster: str
    layout: Layout
    root: Pruning
    open: Mapping[str, Registered]
    owners: tuple[Pruning, ...]
    """Those that the services leave, and that must not delete them."""
    held: tuple[Pruning, ...]
    """Those that were switched off, and are needed so no more once the services have moved."""

    @classmethod
    def of(cls, tree: Tree, cluster: str, asked: Migration) -> "_State":
        found = apps.registered(tree, cluster)
        for name in asked.services:
            if name not in found:
                hint = repo.did_you_mean(name, found) or f"services: {', '.join(found) or 'none'}"
                raise UsageError(f"{cluster} has no service {name}", hint=hint)
        open_ = {
            name: each
            for name, each in found.items()
            if each.layout != asked.layout and (not asked.services or name in asked.services)
        }
        sync = _sync(tree, cluster)
        root = Pruning(tree, sync.path, sync.name)
        own = {name: _own(tree, each) for name, each in found.items() if each.layout == "isolated"}
        is_isolated = asked.layout == "isolated"
        owners = [root] if is_isolated else [own[name] for name in open_]
        held = [each for each in (root, *(own.values() if is_isolated else ())) if each.is_held]
        return cls(cluster, asked.layout, root, open_, tuple(owners), tuple(held))

    @property
    def own(self) -> tuple[tuple[str, str], ...]:
        """Namespace and name of the Flux Kustomizations of the services that are to move."""
        if self.layout == "isolated":
            return tuple((NAMESPACE, name) for name in self.open)
        return tuple((owner.namespace, owner.name) for owner in self.owners)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that are left."""
        steps: list[Step] = []
        keeps = bool(self.open) and any(owner.is_on for owner in self.owners)
        if keeps:
            steps.append("keep")
        if self.open:
            steps.append("move")
        if self.held or (keeps and self.layout == "isolated"):
            steps.append("prune")
        return tuple(steps)


def _sync(tree: Tree, cluster: str) -> Sync:
    sync = objects.covering(tree, objects.flux_objects(tree, cluster), repo.cluster_root(cluster))
    if sync is None:
        raise UsageError(
            f"no Flux Kustomization in this repo applies clusters/{cluster}",
            hint=f"run infra-tool new-cluster {cluster} --sync new",
        )
    return sync


def _own(tree: Tree, each: Registered) -> Pruning:
    """Return the switch of a service's own Flux Kustomization."""
    root = apps.flux_kustomization(yamldoc.parse(tree.read(each.path), each.path))
    return Pruning(tree, each.path, yamldoc.text(root, "metadata", "name") or "")


def _due(asked: Migration, steps: tuple[Step, ...]) -> Step | None:
    """Return the step to take now. Raises UsageError when that is not the one that was asked for."""
    if asked.step is None:
        return "keep" if steps[:1] == ("keep",) else None
    if asked.step != next(iter(steps), None):
        due = f"the next step is {steps[0]}" if steps else "nothing is left to do"
        raise UsageError(f"{due}, not {asked.step}", hint=f"--step {steps[0]}" if steps else None)
    return asked.step


def _edits(tree: Tree, config: repo.Config, state: _State, step: Step) -> Edits:
    edits = Edits()
    if step == "prune":
        for switch in state.held:
            edits = switch.on(tree, edits)
        return edits
    if step == "keep":
        for owner in state.owners:
            edits = owner.off(tree, edits) if owner.is_on else edits
        return edits
    for name, each in state.open.items():
        if state.layout == "isolated":
            edits = moving.to_isolated(tree, edits, state.cluster, name)
        else:
            edits = moving.to_shared(tree, edits, state.cluster, name, each)
    return _configured(tree, edits, config, state.layout)


def _configured(tree: Tree, edits: Edits, config: repo.Config, layout: Layout) -> Edits:
    """Let the configuration say the layout once no service of any cluster has another."""
    after = Overlay(tree, edits)
    every = [each for cluster in repo.clusters(after) for each in apps.registered(after, cluster).values()]
    if "layout" not in config.stated or config.layout == layout or any(each.layout != layout for each in every):
        return edits
    file = yamldoc.parse(tree.read(repo.PATH), repo.PATH)
    scalar = yamldoc.lookup(file.documents[0].root, "layout")
    assert isinstance(scalar, yamldoc.Scalar)  # noqa: S101 -- the configuration was read
    return edits.splice(tree, repo.PATH, [yamldoc.replace_scalar(file, scalar, layout)])


def _check(state: _State, step: Step, effects: Sequence[Effect]) -> None:
    """Raise UsageError when a step does anything in the cluster but what it is for."""
    moved = {(kind, f"{prefix}{name}") for name in state.open for kind, prefix in _OWN}
    other = [effect for effect in effects if not _is_expected(effect, step, state.layout, moved)]
    if other:
        told = ", ".join(f"{each.kind}/{each.name} ({each.action})" for each in other)
        raise UsageError(
            f"this would change more in {state.cluster} than who applies what: {told}",
            hint="what acts on all services from above does not reach one that is isolated; write it into the service",
        )
    if step != "move" and not effects:
        raise UsageError(
            f"nothing in clusters/{state.cluster} applies the Flux Kustomization {state.root.name}",
            hint="list it there, or change its spec.prune in the cluster by hand",
        )


_OWN = (("Kustomization", ""), ("ServiceAccount", "deployer-"), ("RoleBinding", "deployer-"))
"""The objects that a service has in the isolated layout alone: their kinds, and what their names begin with."""


def _is_expected(effect: Effect, step: Step, layout: Layout, moved: set[tuple[str, str]]) -> bool:
    if step != "move":
        return effect.action == "changed" and effect.kind == "Kustomization"
    is_new = effect.action == "created"
    if effect.kind == "Namespace":
        return is_new
    return (effect.kind, effect.name) in moved and effect.action != "changed" and is_new is (layout == "isolated")


def _subject(layout: Layout, step: Step | None) -> str:
    words = {
        "keep": "what leaves its Flux Kustomization is kept",
        "move": f"services are {layout}",
        "prune": "what leaves its Flux Kustomization is deleted again",
    }
    return words[step] if step else "layout"
