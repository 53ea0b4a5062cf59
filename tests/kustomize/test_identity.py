"""What objects are called after a build, compared with what kustomize 5.8.1 prints."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from infra_tool import proc, yamldoc
from infra_tool.edits import MemoryTree
from infra_tool.kustomize import Graph
from infra_tool.kustomize.identity import identity
from infra_tool.kustomize.renames import renames
from infra_tool.yamldoc import Content, text

COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"


def thing(kind: str, group: str = "", name: str = "a", *, namespace: str | None = None, version: str = "v1") -> str:
    place = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: {group}{version}\nkind: {kind}\nmetadata: {{name: {name}{place}}}\n---\n"


ALL = "".join(
    (
        thing("ConfigMap"),
        thing("Namespace", name="n8n"),
        thing("ClusterRole", "rbac.authorization.k8s.io/"),
        thing("PersistentVolume"),
        thing("ClusterIssuer", "cert-manager.io/"),
        thing("CustomResourceDefinition", "apiextensions.k8s.io/", "a.b.c"),
        thing("APIService", "apiregistration.k8s.io/", "v1.a.b"),
        thing("Service", namespace="other"),
        thing("Namespace", "example.test/", "crd"),
        thing("IngressClass", "networking.k8s.io/"),
        thing("PodSecurityPolicy", "policy/", version="v1beta1"),
        thing("ClusterRole", "rbac.authorization.k8s.io/", "b", version="v1alpha1"),
    )
)
CASES = {
    "nothing": {"r/kustomization.yaml": "resources: [a.yaml]\n"},
    "namespace": {"r/kustomization.yaml": "resources: [a.yaml]\nnamespace: here\n"},
    "affixes": {"r/kustomization.yaml": "resources: [a.yaml]\nnamePrefix: pre-\nnameSuffix: -suf\n"},
    "nested": {
        "r/kustomization.yaml": "resources: [../b]\nnamePrefix: out-\nnamespace: outer\n",
        "b/kustomization.yaml": "resources: [../r/a.yaml]\nnamePrefix: in-\nnamespace: inner\nnameSuffix: -end\n",
    },
    "component": {
        "r/kustomization.yaml": "resources: [a.yaml]\ncomponents: [../c]\nnamePrefix: out-\n",
        "c/kustomization.yaml": f"{COMPONENT}namePrefix: in-\nnamespace: component\n",
    },
}


def ours(files: Mapping[str, str]) -> set[tuple[str, ...]]:
    build = Graph(MemoryTree({path: text.encode() for path, text in files.items()})).build("r")
    assert not build.problems
    found = set()
    for reached in build.files:
        for document in reached.file.documents if reached.file else ():
            called = identity(document.root, reached.transformers) if document.root else None
            if called is not None:
                found.add(tuple(called))
    return found


def theirs(files: Mapping[str, str], place: Path, programs: Path) -> list[Content]:
    for path, content in files.items():
        (place / path).parent.mkdir(exist_ok=True)
        (place / path).write_text(content)
    done = proc.run((str(programs / "kustomize"), "build", "--load-restrictor=LoadRestrictionsNone", f"{place}/r"))
    return [document.root for document in yamldoc.parse(done.stdout).documents if document.root is not None]


@pytest.mark.interop
@pytest.mark.parametrize("case", CASES)
def test_kustomize_calls_them_the_same(case: str, tmp_path: Path, interop_bin: Path) -> None:
    files = {"r/a.yaml": ALL, **CASES[case]}
    printed = theirs(files, tmp_path, interop_bin)
    assert ours(files) == {tuple(called) for root in printed if (called := identity(root))}


@pytest.mark.interop
def test_kustomize_gives_the_same_kinds_no_namespace(tmp_path: Path, interop_bin: Path) -> None:
    files = {"r/a.yaml": ALL, **CASES["namespace"]}
    printed = theirs(files, tmp_path, interop_bin)
    assert {(text(root, "kind"), text(root, "metadata", "name")) for root in printed if namespace(root) is None} == {
        (kind, name) for _, _, kind, placed, name in ours(files) if not placed
    }


def namespace(root: Content) -> str | None:
    return text(root, "metadata", "namespace")


def test_an_object_without_a_namespace_is_in_the_default_one() -> None:
    files = {"r/kustomization.yaml": "resources: [a.yaml]\n", "r/a.yaml": thing("Pod") + thing("Node")}
    assert ours(files) == {("", "v1", "Pod", "default", "a"), ("", "v1", "Node", "", "a")}


INLINE = "patches:\n  - {target}patch: |\n      {patch}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("namePrefix: a-\n", []),
        (INLINE.format(target="", patch="{kind: A, metadata: {name: b}, spec: {x: 1}}"), []),
        (INLINE.format(target="", patch="{kind: A, metadata: {name: b}, $patch: delete}"), [("A", "b")]),
        (INLINE.format(target="target: {kind: A}\n    ", patch='[{"op": "add", "path": "/spec/name"}]'), []),
        (
            INLINE.format(target="target: {kind: A}\n    ", patch='[{"op": "x", "path": "/metadata/name"}]'),
            [("A", None)],
        ),
        (INLINE.format(target="target: {name: b.*}\n    ", patch="- path: /metadata/namespace"), [(None, "b.*")]),
        (INLINE.format(target="target: {kind: A}\n    ", patch="- path: /metadata/labels/name"), []),
        (
            INLINE.format(target="target: {kind: A}\n    options: {allowNameChange: true}\n    ", patch="{kind: A}"),
            [("A", None)],
        ),
        ("patches:\n  - path: p.yaml\n", [("A", "b")]),
        ("patches:\n  - path: gone.yaml\n", []),
        ("replacements:\n  - targets: [{fieldPaths: [metadata.namespace]}]\n", [(None, None)]),
        ("replacements:\n  - targets: [{fieldPaths: [spec.namespace]}]\n", []),
        ("replacements:\n  - path: r.yaml\n", [(None, None)]),
        ("transformers: [p.yaml]\n", [(None, None)]),
    ],
)
def test_what_may_rename(text: str, expected: list[tuple[str | None, str | None]]) -> None:
    files = {
        "r/kustomization.yaml": text,
        "r/p.yaml": "{kind: A, metadata: {name: b}, $patch: delete}\n",
        "r/r.yaml": "- targets: [{fieldPaths: [metadata.name]}]\n",
    }
    graph = Graph(MemoryTree({path: text.encode() for path, text in files.items()}))
    file = graph.load("r").file
    assert file is not None
    assert [(each.kind, each.name) for each in renames(file, graph)] == expected
    assert {each.by for each in renames(file, graph)} <= {"r/kustomization.yaml"}
