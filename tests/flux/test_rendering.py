"""What a Flux Kustomization makes of a directory is what kustomize makes of the file that Flux writes there."""

from collections.abc import Mapping

import pytest

from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.flux import Root, applied, applying, discover, rendering
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import Resource, Sources, dump, render

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - {name: web, image: "team/web:1", envFrom: [{configMapRef: {name: conf}}]}
"""
FILES = {
    "clusters/koala/kustomization.yaml": "resources: [web.yaml]\n",
    "apps/web/deployment.yaml": WEB,
    "apps/web/kustomization.yaml": (
        "resources: [deployment.yaml]\nconfigMapGenerator: [{name: conf, literals: [a=1]}]\nnamePrefix: own-\n"
        "namespace: own\nlabels: [{pairs: {app: own}}]\nimages: [{name: team/web, newName: mirror/web, newTag: '2'}]\n"
        "patches: [{patch: '{kind: Deployment, apiVersion: apps/v1, metadata: {name: web}, spec: {replicas: 2}}'}]\n"
    ),
    "components/scaled/kustomization.yaml": (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas: [{name: web, count: 7}]\n"
    ),
}
OPERATION = '[{"op": "add", "path": "/metadata/labels/app", "value": "patched"}]'
PATCH = f"{{patch: '{OPERATION}', target: {{kind: Deployment}}}}"
SCALED = "components: [../../components/scaled]"
OWN = FILES["apps/web/kustomization.yaml"]


def flux(spec: str) -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: web, namespace: flux-system}\n"
        "spec:\n  path: ./apps/web\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n"
        f"  {spec}\n"
    )


def tree(files: Mapping[str, str]) -> MemoryTree:
    return MemoryTree({path: text.encode() for path, text in files.items()})


def built(spec: str, files: Mapping[str, str] = FILES) -> tuple[Sources, Root]:
    graph = Graph(tree({**files, "clusters/koala/web.yaml": flux(spec)}))
    return Sources(graph), next(root for root in discover(graph, tuple).roots if root.by is not None)


def by_flux(spec: str) -> str:
    sources, root = built(spec)
    found = [applied.Object(one, root) for one in rendering.whole(sources, root)]
    applied.finish(found)
    return "---\n".join(dump(one.value) for one in found)


def by_kustomize(file: str) -> str:
    graph = Graph(tree({**FILES, "apps/web/kustomization.yaml": file}))
    return "---\n".join(dump(one.root) for one in render(graph, "apps/web"))


@pytest.mark.parametrize(
    ("spec", "old", "new"),
    [
        ("interval: 5m", "", ""),
        ("targetNamespace: other", "namespace: own", "namespace: other"),
        ("namePrefix: other-", "namePrefix: own-", "namePrefix: other-"),
        ("nameSuffix: -x", "namespace: own", "namespace: own\nnameSuffix: -x"),
        (f"patches: [{PATCH}]", "patches: [", f"patches: [{PATCH}, "),
        (
            "components: [../../components/scaled]",
            "namespace: own",
            f"namespace: own\n{SCALED}",
        ),
        ("images: [{name: team/web, newTag: '3'}]", "newTag: '2'", "newTag: '3'"),
        ("images: [{name: team/web, newName: x}]", "newName: mirror/web", "newName: x"),
        ("images: [{name: team/web, newName: team/web}]", "newName: mirror/web", "newName: team/web"),
        ("images: [{name: team/web, digest: 'sha256:a'}]", "newTag: '2'", "digest: 'sha256:a'"),
        ("images: [{name: other, newTag: '3'}]", "'2'}", "'2'}, {name: other, newTag: '3'}"),
        (
            "ignoreMissingComponents: true\n  components: [../../components/lost, ../../components/scaled]",
            "namespace: own",
            f"namespace: own\n{SCALED}",
        ),
    ],
)
def test_the_fields_are_those_of_the_kustomization_file(spec: str, old: str, new: str) -> None:
    assert old in OWN
    assert by_flux(spec) == by_kustomize(OWN.replace(old, new, 1))


def test_metadata_for_all_objects_comes_last() -> None:
    found = by_flux("commonMetadata: {labels: {app: all, k: '1'}, annotations: {a: b}}")
    assert found.count('    app: all\n    k: "1"\n') == found.count("  annotations:\n    a: b\n") == 2
    assert "app: own" not in found


def test_lint_gets_the_same_objects_in_parts() -> None:
    sources, root = built(f"targetNamespace: other\n  patches: [{PATCH}]")
    parts = list(rendering.rendered(sources, root))
    assert [part.error for part in parts] == [None]
    assert {str(one.id) for part in parts for one in part.objects} == {
        "Deployment/other/own-web",
        "ConfigMap/other/own-conf",
    }


def test_one_broken_file_of_a_list_hides_no_other() -> None:
    files = {
        **FILES,
        "apps/web/kustomization.yaml": "resources: [deployment.yaml, broken.yaml]\n",
        "apps/web/broken.yaml": "a: [\n",
    }
    sources, root = built(f"targetNamespace: other\n  patches: [{PATCH}]", files)
    parts = list(rendering.rendered(sources, root))
    assert [[str(one.id) for one in part.objects] for part in parts] == [["Deployment/other/web"], []]
    assert parts[0].objects[0].texts("labels")["app"].text == "patched"


def test_images_that_rename_each_other_are_refused() -> None:
    with pytest.raises(InfraToolError, match="images that rename each other") as caught:
        by_flux("images: [{name: mirror/web, newTag: '3'}, {name: team/web, newTag: '4'}]")
    assert caught.value.path == "clusters/koala/web.yaml"


def test_an_error_in_a_field_is_told_where_it_is_written() -> None:
    with pytest.raises(InfraToolError) as caught:
        by_flux("components: [../../components/lost]")
    assert (caught.value.path, caught.value.line) == ("clusters/koala/web.yaml", 8)


BRINGING = f"""\
resources: [web.yaml]
patches:
  - target: {{kind: Kustomization}}
    patch: |
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {{name: all}}
      spec: {{targetNamespace: other, patches: [{PATCH}], ADDED}}
"""


def brought(added: str = "") -> list[Resource]:
    """Return what a Flux Kustomization applies that the build which brings it patches."""
    patch = BRINGING.replace(", ADDED", added)
    files = {
        **FILES,
        "clusters/koala/kustomization.yaml": patch,
        "clusters/koala/web.yaml": flux("targetNamespace: own"),
    }
    graph = Graph(tree(files))
    first, second = discover(graph, tuple).roots
    return [one.resource for one in applying.render(Sources(graph), [second], [first], substitutes=False)]


def test_what_brings_a_flux_kustomization_may_patch_it() -> None:
    wanted = OWN.replace("namespace: own", "namespace: other").replace("patches: [", f"patches: [{PATCH}, ")
    found = brought()
    assert "---\n".join(dump(one.root) for one in found) == by_kustomize(wanted)
    namespace = found[1].metadata["namespace"]
    assert (namespace.origin.path, namespace.origin.line(namespace.node)) == ("clusters/koala/web.yaml", 1)


def test_an_error_in_what_was_patched_in_is_told_where_the_flux_kustomization_is() -> None:
    with pytest.raises(InfraToolError) as caught:
        brought(", components: [../lost]")
    assert (caught.value.path, caught.value.line) == ("clusters/koala/web.yaml", 1)


def test_a_chain_of_any_length_is_put_in_order() -> None:
    """Each depends on the next, and the last on the first."""
    count = 1500
    chain = "---\n".join(
        flux(f"dependsOn: [{{name: web{(number + 1) % count}}}]").replace("name: web,", f"name: web{number},", 1)
        for number in range(count)
    )
    graph = Graph(tree({**FILES, "clusters/koala/web.yaml": chain}))
    found = [root.by.name for root in applying.ordered(discover(graph, tuple).roots) if root.by is not None]
    assert found == [f"web{number}" for number in reversed(range(count))]
