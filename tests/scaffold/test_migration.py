"""From one layout to the other: no commit may let Flux delete what runs, wherever somebody stops."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool import apps, diff, lint, repo, scaffold, yamldoc
from infra_tool.edits import Change, Edits, MemoryTree, Overlay, Plan, Tree
from infra_tool.errors import UsageError
from infra_tool.finding import Finding
from infra_tool.scaffold import Effect, Migrated, Migration, objects

On = Callable[[Tree, Change[Migrated]], Plan[Migrated]]
Step = Callable[..., Plan[Migrated]]
Changed = Callable[..., Tree]
LIST = "clusters/koala/kustomization.yaml"
SYNC = "clusters/koala/flux-system/sync.yaml"


def compare(old: Tree, new: Tree) -> list[Effect]:
    found = diff.compare(old, new)
    assert not found.gaps
    return [Effect(each.action, each.kind, each.name) for each in found.objects]


@pytest.fixture
def step(on: On) -> Step:
    """Take a step of a migration."""

    def plan(tree: Tree, layout: str = "isolated", *names: str, step: str | None = None) -> Plan[Migrated]:
        asked = Migration(layout=layout, cluster="koala", services=names, step=step)
        return on(tree, scaffold.migrate(asked, lint=lambda _: (), compare=compare))

    return plan


@pytest.fixture
def running(infra: Callable[..., Tree], make: Callable[..., Plan[Any]]) -> Tree:
    """Return a repo whose cluster runs two services of the shared layout."""
    tree = infra()
    for name, volumes in (("n8n", (scaffold.Volume("1Gi", "/data"),)), ("web", ())):
        tree = Overlay(tree, make(tree, name, tag="v1", volumes=volumes).edits)
    return MemoryTree({path: tree.read(path) for path in tree.entries})


def after(tree: Tree, plan: Plan[Migrated]) -> Tree:
    overlay = Overlay(tree, plan.edits)
    return MemoryTree({path: overlay.read(path) for path in overlay.entries})


def owners(tree: Tree) -> Mapping[str, str | None]:
    """Return what the cluster runs and which Flux Kustomization applies each, without the objects of a layout."""
    every = diff.compare(MemoryTree({}), tree).objects
    assert len({str(each) for each in every}) == len(every)
    return {str(each): each.by for each in every if each.kind not in {"Kustomization", "ServiceAccount", "RoleBinding"}}


def prunes(tree: Tree) -> Mapping[str | None, bool]:
    """Return whether each Flux Kustomization deletes what leaves it."""
    found = objects.flux_objects(tree, "koala")
    return {
        f"flux-system/{each.text('metadata', 'name')}": each.text("spec", "prune") == "true"
        for each in found
        if each.text("kind") == "Kustomization"
    }


def layouts(tree: Tree) -> dict[str, str]:
    return {name: each.layout for name, each in apps.registered(tree, "koala").items()}


def test_there_and_back(running: Tree, step: Step) -> None:
    tree, taken = running, []
    for layout in ("isolated", "shared"):
        while (left := (plan := step(tree, layout)).result.left) or plan.edits:
            plan = plan if plan.edits else step(tree, layout, step=left[0])
            taken.append((plan.result.step, set(plan.edits.files) & {SYNC, LIST}))
            tree = after(tree, plan)
        assert layouts(tree) == {"n8n": layout, "web": layout}
        assert set(prunes(tree).values()) == {True}
        assert repo.load_config(tree).layout == layout
    assert taken == [("keep", {SYNC}), ("move", {LIST}), ("prune", {SYNC}), ("keep", set()), ("move", {LIST})]
    assert set(tree.entries) == set(running.entries)
    different = [path for path in tree.entries if tree.read(path) != running.read(path)]
    assert different == ["apps/n8n/kustomization.yaml", "apps/web/kustomization.yaml"]
    assert compare(running, tree) == []


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["isolated", "shared"]),
            st.sampled_from([(), ("n8n",), ("web",)]),
            st.sampled_from(["next"] * 6 + ["keep", "move", "prune"]),
        ),
        min_size=6,
        max_size=12,
    )
)
def test_whatever_is_asked_for_in_whatever_order_nothing_is_deleted(
    running: Tree, step: Step, calls: list[tuple[str, tuple[str, ...], str]]
) -> None:
    """The cluster had each commit when the next one comes: what changes hands was kept by its old owner before."""
    tree = running
    for layout, names, wanted in calls:
        try:
            due = step(tree, layout, *names).result
            taken = (due.step or next(iter(due.left), None)) if wanted == "next" else wanted
            new = after(tree, step(tree, layout, *names, step=taken))
        except UsageError:
            continue
        before, now, kept = owners(tree), owners(new), prunes(tree)
        assert now.keys() == before.keys()
        moved = {before[name] for name in now if now[name] != before[name] and not name.startswith("Namespace")}
        assert not any(kept[owner] for owner in moved)
        tree = new


def test_one_service_moves_alone(running: Tree, step: Step) -> None:
    tree = after(running, step(running, "isolated", "n8n"))
    tree = after(tree, step(tree, "isolated", "n8n", step="move"))
    assert layouts(tree) == {"n8n": "isolated", "web": "shared"}
    assert repo.load_config(tree).layout == "shared"
    assert step(tree, "isolated", "n8n").result.left == ("prune",)
    assert step(tree, "isolated").result.left == ("move", "prune")


def test_lint_warns_on_the_way_that_something_is_left_to_do(running: Tree, step: Step) -> None:
    tree = running
    codes = [{finding.code for finding in lint.run(tree, repo.load_config(tree)).findings}]
    for name in (None, "move", "prune"):
        tree = after(tree, step(tree, step=name))
        codes.append({finding.code for finding in lint.run(tree, repo.load_config(tree)).findings})
    assert codes == [{"S022"}, {"S022", "F009"}, {"S022", "F009"}, {"S022"}]


def test_only_the_first_step_is_taken_unasked(running: Tree, step: Step) -> None:
    tree = after(running, step(running))
    plan = step(tree)
    assert (plan.edits, plan.result.step, plan.result.left) == (Edits(), None, ("move", "prune"))
    for wrong in ("keep", "prune"):
        with pytest.raises(UsageError, match=f"the next step is move, not {wrong}"):
            step(tree, step=wrong)


def test_what_never_pruned_does_not_begin_to(running: Tree, step: Step, changed: Changed) -> None:
    text = running.read(SYNC).decode().replace("prune: true", "prune: false")
    tree = changed(running, **{SYNC.replace("/", "__"): text})
    assert step(tree).result.left == ("move",)
    tree = after(tree, step(tree, step="move"))
    assert (step(tree).result.left, prunes(tree)["flux-system/cluster-koala"]) == ((), False)


def test_what_was_begun_can_be_taken_back(running: Tree, step: Step) -> None:
    begun = after(running, step(running))
    back = step(begun, "shared", step="prune")
    assert after(begun, back).read(SYNC) == running.read(SYNC)


def test_annotations_that_are_there_stay(running: Tree, step: Step, changed: Changed) -> None:
    text = running.read(SYNC).decode().replace("spec:", "  annotations: # mine\n    a: b # too\nspec:", 1)
    tree = changed(running, **{SYNC.replace("/", "__"): text})
    held = after(tree, step(tree))
    assert '    infra-tool/prune: "true"\n' in held.read(SYNC).decode()
    moved = after(held, step(held, step="move"))
    assert after(moved, step(moved, step="prune")).read(SYNC) == tree.read(SYNC)


def add(tree: Tree, path: str, text: str) -> Tree:
    """Return a tree with another manifest in the service web."""
    listed = tree.read("apps/web/kustomization.yaml").decode().replace("resources:\n", f"resources:\n  - {path}\n")
    edits = Edits().write("apps/web/kustomization.yaml", listed.encode()).write(f"apps/web/{path}", text.encode())
    return Overlay(tree, edits)


ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: web\n"


def cluster_scoped(tree: Tree) -> Tree:
    return add(tree, "role.yaml", ROLE)


def no_namespace(tree: Tree) -> Tree:
    text = tree.read("apps/web/kustomization.yaml").decode().replace("namespace: web\n", "")
    return Overlay(tree, Edits().write("apps/web/kustomization.yaml", text.encode()))


def namespace_with_more(tree: Tree) -> Tree:
    path = "apps/web/namespace.yaml"
    more = b"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"
    return Overlay(tree, Edits().write(path, tree.read(path) + more))


def patched_from_above(tree: Tree) -> Tree:
    images = b"images:\n  - name: registry.example.org/team/web\n    newTag: v2\n"
    return Overlay(tree, Edits().write(LIST, tree.read(LIST) + images))


def labelled_from_above(tree: Tree) -> Tree:
    return Overlay(tree, Edits().write(SYNC, tree.read(SYNC) + b"  commonMetadata:\n    labels:\n      a: b\n"))


def there_already(tree: Tree) -> Tree:
    return Overlay(tree, Edits().write("clusters/koala/web.yaml", b"kind: ConfigMap\n"))


def nothing_applies(tree: Tree) -> Tree:
    return Overlay(tree, Edits().delete(SYNC).delete("clusters/koala/flux-system/kustomization.yaml"))


def by_another_cluster(tree: Tree) -> Tree:
    panda = b"resources:\n  - ../../apps/web\n"
    return Overlay(tree, Edits().write("clusters/panda/kustomization.yaml", panda))


@pytest.mark.parametrize(
    ("break_", "said"),
    [
        (cluster_scoped, "web has what is in no namespace: ClusterRole/web"),
        (no_namespace, "the objects of web are in default"),
        (namespace_with_more, "holds a Namespace and more"),
        (patched_from_above, r"more in koala than who applies what: Deployment/web \(changed\)"),
        (labelled_from_above, r"Deployment/web \(changed\)"),
        (there_already, "is there already"),
        (by_another_cluster, r"Namespace/web \(stays\)"),
    ],
)
def test_a_service_that_would_not_be_the_same_is_refused(
    running: Tree, step: Step, break_: Callable[[Tree], Tree], said: str
) -> None:
    begun = after(running, step(running))
    with pytest.raises(UsageError, match=said):
        step(break_(begun), "isolated", "web", step="move")
    if break_ is not patched_from_above and break_ is not labelled_from_above:
        step(break_(begun), "isolated", "n8n", step="move")


def test_a_cluster_that_nothing_here_applies(running: Tree, step: Step) -> None:
    with pytest.raises(UsageError, match="no Flux Kustomization in this repo applies clusters/koala"):
        step(nothing_applies(running))
    unlisted = running.read(LIST).decode().replace("  - flux-system\n", "").encode()
    with pytest.raises(UsageError, match="nothing in clusters/koala applies the Flux Kustomization cluster-koala"):
        step(Overlay(running, Edits().write(LIST, unlisted)))


def test_a_service_that_is_not_there(running: Tree, step: Step) -> None:
    with pytest.raises(UsageError, match="koala has no service other") as caught:
        step(running, "isolated", "other")
    assert caught.value.hint == "services: n8n, web"


def test_what_lint_refuses_is_not_said_of_a_template(running: Tree, on: On) -> None:
    def found(tree: Tree) -> tuple[Finding, ...]:
        error = Finding(SYNC, 1, 1, code="F001", name="x", severity="error", message="wrong")
        return (error,) if isinstance(tree, Overlay) else ()

    change = scaffold.migrate(Migration(layout="isolated", cluster="koala"), lint=found, compare=compare)
    with pytest.raises(UsageError, match=r"sync.yaml:1: lint refuses what would be written: F001 wrong"):
        on(running, change)


def test_a_file_with_something_of_one_s_own_is_not_deleted(running: Tree, step: Step) -> None:
    tree = running
    for name in (None, "move", "prune"):
        tree = after(tree, step(tree, step=name))
    path = "clusters/koala/web.yaml"
    more = b"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"
    tree = Overlay(tree, Edits().write(path, tree.read(path) + more))
    tree = after(tree, step(tree, "shared"))
    with pytest.raises(UsageError, match="holds ConfigMap too"):
        step(tree, "shared", step="move")


def test_a_file_of_another_name_goes_with_its_entry(running: Tree, step: Step) -> None:
    tree = running
    for name in (None, "move", "prune"):
        tree = after(tree, step(tree, step=name))
    listed = tree.read(LIST).decode().replace("web.yaml", "services/the-web.yaml").encode()
    moved = Edits().write("clusters/koala/services/the-web.yaml", tree.read("clusters/koala/web.yaml"))
    tree = Overlay(tree, moved.delete("clusters/koala/web.yaml").write(LIST, listed))
    tree = after(tree, step(tree, "shared"))
    tree = after(tree, step(tree, "shared", step="move"))
    assert "clusters/koala/services/the-web.yaml" not in tree.entries
    assert compare(running, tree) == []


def test_the_namespace_keeps_its_words(running: Tree, step: Step) -> None:
    path = "apps/web/namespace.yaml"
    text = "---\n# infra-tool: ignore[W099] mine\n" + running.read(path).decode().replace(
        "annotations:", "labels: {a: b} # kept\n  annotations:"
    )
    tree = Overlay(running, Edits().write(path, text.encode()))
    tree = after(tree, step(tree))
    tree = after(tree, step(tree, step="move"))
    found = tree.read("clusters/koala/web.yaml").decode()
    assert "# infra-tool: ignore[W099] mine\napiVersion: v1\nkind: Namespace\n" in found
    assert "  labels: {a: b} # kept\n" in found
    roots = [document.root for document in yamldoc.parse(found.encode()).documents]
    kinds = [*map(partial(yamldoc.text), roots, ["kind"] * 4)]
    assert kinds == ["Namespace", "ServiceAccount", "RoleBinding", "Kustomization"]
