"""What kustomize refuses in a kustomization file itself."""

from collections.abc import Callable

import pytest

Case = tuple[dict[str, str], tuple[str, ...]]
"""The files of a tree, and the problems of the build of `r` as `Class path:line`."""

K = "r/kustomization.yaml"


def config_map(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"


def one(text: str, *problems: str, **more: str) -> Case:
    """Return the case of one kustomization file beside a.yaml, with more files by their names (`__` is a slash)."""
    others = {name.replace("__", "/").replace("_yaml", ".yaml"): content for name, content in more.items()}
    return {"r/a.yaml": config_map("a"), K: text, **others}, problems


CASES = {
    "plain": one("resources: [a.yaml]\n"),
    "names-fold-case": one("Resources: [a.yaml]\nnameprefix: x-\n"),
    "a-field-twice": one("resources: [nope.yaml]\nresources: [a.yaml]\n"),
    "merge-keys": one("<<: {namespace: x}\nresources: [a.yaml]\n"),
    "aliases": one("namePrefix: &n a.yaml\nresources: [*n]\n"),
    "only-the-first-document": one("resources: [a.yaml]\n---\nfoo: bar\n"),
    "nothing-but-a-namespace": one("namespace: x\n"),
    "nothing-listed": one("resources: []\n"),
    "null-fields": one("resources: [a.yaml]\nimages:\npatches: ~\ncomponents:\nnamespace:\n"),
    "carriage-returns-and-bom": one("\ufeffresources:\r\n- a.yaml\r\n"),
    "a-date-is-a-text": one("resources: [a.yaml]\nnamespace: 2020-01-01\n"),
    "old-booleans": one("resources: [a.yaml]\ngeneratorOptions: {immutable: on}\n"),
    "deprecated-fields": one("bases: [b]\n", r__b__kustomization_yaml="resources: [../a.yaml]\n"),
    "empty": one("# nothing\n", f"Empty {K}:1"),
    "an-empty-first-document": one("---\n---\nresources: [a.yaml]\n", f"Empty {K}:1"),
    "header-alone": one("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", f"Empty {K}:1"),
    "nothing-but-null": one("namespace:\n", f"Empty {K}:1"),
    "a-list": one("- a.yaml\n", f"WrongType {K}:1"),
    "unknown-field": one("resources: [a.yaml]\nresource: [b.yaml]\n", f"UnknownField {K}:2"),
    "an-anchor-holder": one("x-names: &n a.yaml\nresources: [*n]\n", f"UnknownField {K}:1"),
    "unknown-inner-field": one("resources: [a.yaml]\nimages:\n- name: a\n  tag: '1'\n", f"UnknownField {K}:4"),
    "unknown-target-field": one(
        "resources: [a.yaml]\npatches:\n- patch: '[]'\n  target: {nam: x}\n", f"UnknownField {K}:4"
    ),
    "type-of-a-configmap": one("configMapGenerator: [{name: x, type: Opaque}]\n", f"UnknownField {K}:1"),
    "a-number-for-a-tag": one("resources: [a.yaml]\nimages: [{name: a, newTag: 1.10}]\n", f"WrongType {K}:2"),
    "a-boolean-for-a-namespace": one("resources: [a.yaml]\nnamespace: on\n", f"WrongType {K}:2"),
    "a-label-that-is-a-number": one("resources: [a.yaml]\nlabels: [{pairs: {a: 1}}]\n", f"WrongType {K}:2"),
    "a-text-for-a-flag": one("resources: [a.yaml]\ngeneratorOptions: {immutable: 'true'}\n", f"WrongType {K}:2"),
    "a-text-for-a-number": one("resources: [a.yaml]\nreplicas: [{name: a, count: '1'}]\n", f"WrongType {K}:2"),
    "a-text-for-a-list": one("resources: a.yaml\n", f"WrongType {K}:1"),
    "a-mapping-for-a-text": one("resources:\n- a.yaml\n- {b: c}\n", f"WrongType {K}:3"),
    "a-mapping-for-a-list": one("resources: [a.yaml]\nimages: {name: a}\n", f"WrongType {K}:2"),
    "another-kind": one("kind: Deployment\nresources: [a.yaml]\n", f"WrongHeader {K}:1"),
    "another-version": one("apiVersion: kustomize.config.k8s.io/v1\nresources: [a.yaml]\n", f"WrongHeader {K}:1"),
    "a-component-with-the-version-of-the-others": one(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Component\nresources: [a.yaml]\n", f"WrongHeader {K}:1"
    ),
    "a-flux-object": one(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x}\nspec: {path: ./}\n",
        f"UnknownField {K}:4",
        f"WrongHeader {K}:1",
    ),
    "not-yaml": one("resources: [\n", f"Unreadable {K}:1"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_found_at_its_place(name: str, problems: Callable[[dict[str, str]], list[str]]) -> None:
    files, expected = CASES[name]
    assert tuple(problems(files)) == expected


@pytest.mark.interop
@pytest.mark.parametrize("name", CASES)
def test_kustomize_refuses_the_same(name: str, refused: Callable[[dict[str, str]], bool]) -> None:
    files, expected = CASES[name]
    assert refused(files) == bool(expected)
