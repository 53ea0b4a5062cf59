"""What kustomize takes as a resource."""

from collections.abc import Callable

import pytest

from infra_tool import kustomize, yamldoc
from infra_tool.edits import MemoryTree


def config_map(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"


REFUSED = {
    "no-kind": "metadata: {name: a}\n",
    "no-name": "apiVersion: v1\nkind: ConfigMap\n",
    "an-empty-name": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ''}\n",
    "a-null-name": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ~}\n",
    "a-generated-name": "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a}\n",
    "a-text": "hello\n",
    "a-list": "- kind: ConfigMap\n  metadata: {name: a}\n",
    "a-list-with-a-bad-item": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap}\n",
    "a-kustomization": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n",
    "a-local-object-without-name": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {annotations: {config.kubernetes.io/local-config: 'true'}}\n"
    ),
}
"""What kustomize refuses as a resource."""

FINE = {
    "no-version": "kind: ConfigMap\nmetadata: {name: a}\n",
    "a-name-that-is-a-number": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 12}\n",
    "empty-documents": f"---\n---\nnull\n---\n{{}}\n---\n{config_map('a')}",
    "a-list-of-objects": "kind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n",
    "a-list-without-items": "apiVersion: v1\nkind: RoleBindingList\n",
    "json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}',
    "a-merged-kind": "apiVersion: v1\n<<: {kind: ConfigMap}\nmetadata:\n  <<: {name: a}\n",
}
"""What kustomize takes as a resource."""
CASES = {**REFUSED, **FINE}


def tree(text: str) -> dict[str, str]:
    return {"r/kustomization.yaml": "resources: [b.yaml]\n", "r/b.yaml": text}


@pytest.mark.parametrize("name", CASES)
def test_what_is_no_object_is_named_where_it_is_listed(
    name: str, problems: Callable[[dict[str, str]], list[str]]
) -> None:
    assert problems(tree(CASES[name])) == (["NotKrm r/kustomization.yaml:1"] if name in REFUSED else [])


@pytest.mark.interop
@pytest.mark.parametrize("name", CASES)
def test_kustomize_refuses_the_same(name: str, refused: Callable[[dict[str, str]], bool]) -> None:
    assert refused(tree(CASES[name])) == (name in REFUSED)


def test_the_document_is_named() -> None:
    text = config_map("a") + "---\n# no object\nimage:\n  tag: v1\n"
    build = kustomize.walk(MemoryTree({path: content.encode() for path, content in tree(text).items()}), "r")
    (problem,) = build.problems
    assert isinstance(problem, kustomize.NotKrm)
    assert (problem.target, problem.lacks, problem.line) == ("r/b.yaml", "kind", 6)
    assert problem.message == "r/b.yaml is no Kubernetes object: line 6 lacks kind"


def test_a_list_is_its_items() -> None:
    text = b"kind: List\nitems:\n- {kind: A}\n- kind: BList\n  items: [{kind: B}, null]\n"
    root = yamldoc.parse(text).documents[0].root
    assert root is not None
    assert [yamldoc.text(item, "kind") for item in kustomize.objects_of(root)] == ["A", "B"]
