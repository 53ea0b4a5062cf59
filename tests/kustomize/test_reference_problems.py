"""What kustomize refuses in what a kustomization file names."""

from collections.abc import Callable

import pytest

Case = tuple[dict[str, str], tuple[str, ...]]
"""The files of a tree, and the problems of the build of `r` as `Class path:line`."""

K = "r/kustomization.yaml"
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"


def config_map(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"


def one(text: str, *problems: str, **more: str) -> Case:
    """Return the case of one kustomization file beside a.yaml, with more files by their names (`__` is a slash)."""
    others = {name.replace("__", "/").replace("_yaml", ".yaml"): content for name, content in more.items()}
    return {"r/a.yaml": config_map("a"), K: text, **others}, problems


CASES = {
    "missing": one("resources:\n- a.yaml\n- b.yaml\n", f"Missing {K}:3"),
    "missing-directory": one("resources: [../b]\n", f"Missing {K}:1"),
    "an-empty-entry": one("resources: ['']\n", f"Missing {K}:1"),
    "a-pattern": one("resources: ['*.yaml']\n", f"Missing {K}:1"),
    "missing-component": one("resources: [a.yaml]\ncomponents: [c]\n", f"Missing {K}:2"),
    "missing-patch": one("resources: [a.yaml]\npatches: [{path: p.yaml}]\n", f"Missing {K}:2"),
    "missing-strategic-merge": one("resources: [a.yaml]\npatchesStrategicMerge: [p.yaml]\n", f"Missing {K}:2"),
    "missing-json-patch": one(
        "resources: [a.yaml]\npatchesJson6902:\n- path: p.yaml\n  target: {version: v1, kind: ConfigMap, name: a}\n",
        f"Missing {K}:3",
    ),
    "missing-generator-file": one("configMapGenerator: [{name: x, files: [k=x.txt]}]\n", f"Missing {K}:1"),
    "missing-envs": one("secretGenerator: [{name: x, envs: [x.env]}]\n", f"Missing {K}:1"),
    "missing-env": one("configMapGenerator: [{name: x, env: x.env}]\n", f"Missing {K}:1"),
    "missing-configuration": one("resources: [a.yaml]\nconfigurations: [c.yaml]\n", f"Missing {K}:2"),
    "missing-crd": one("resources: [a.yaml]\ncrds: [c.yaml]\n", f"Missing {K}:2"),
    "missing-replacement": one("resources: [a.yaml]\nreplacements: [{path: c.yaml}]\n", f"Missing {K}:2"),
    "missing-openapi": one("resources: [a.yaml]\nopenapi: {path: c.json}\n", f"Missing {K}:2"),
    "missing-transformer": one("resources: [a.yaml]\ntransformers: [t.yaml]\n", f"Missing {K}:2"),
    "missing-generator": one("generators: [t.yaml]\n", f"Missing {K}:1"),
    "a-directory-as-patch": one("resources: [a.yaml]\npatches: [{path: .}]\n", f"WrongTarget {K}:2"),
    "a-directory-as-generator-file": one(
        "configMapGenerator: [{name: x, files: [d]}]\n", f"WrongTarget {K}:1", r__d__x="1"
    ),
    "a-file-as-component": one("resources: [a.yaml]\ncomponents: [a.yaml]\n", f"WrongTarget {K}:2"),
    "a-file-with-a-slash": one("resources: [a.yaml/]\n"),
    "a-file-above": one("resources: [../b.yaml]\n", b_yaml=config_map("b")),
    "a-file-of-any-name": one("resources: [b.txt]\n", **{"r/b.txt": config_map("b")}),
    "inline-patches": one(
        "resources: [a.yaml]\npatchesStrategicMerge:\n"
        "- |\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data: {x: y}\n"
        "- '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'\n"
    ),
    "an-inline-generator": one(
        "generators:\n- |\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n"
        "  metadata: {name: x}\n  literals: [a=b]\n"
    ),
    "no-kustomization": one("resources: [d]\n", f"NoKustomization {K}:1", r__d__b_yaml=config_map("b")),
    "two-files": one(
        "resources: [d]\n",
        "TwoFiles r/d/Kustomization:1",
        r__d__kustomization_yaml="resources: [../a.yaml]\n",
        r__d__Kustomization="resources: [../a.yaml]\n",
    ),
    "a-directory-named-like-the-file": (
        {"r/a.yaml": config_map("a"), "r/kustomization.yaml/x": "", "r/Kustomization": "resources: [a.yaml]\n"},
        (),
    ),
    "a-cycle": one("resources: [../b]\n", "Cycle b/kustomization.yaml:1", b__kustomization_yaml="resources: [../r]\n"),
    "itself": one("resources: [.]\n", f"Cycle {K}:1"),
    "a-component-of-itself": one("components: [.]\n", f"Cycle {K}:1"),
    "a-directory-around": one("resources: [..]\n", f"Cycle {K}:1", kustomization_yaml="resources: [r/a.yaml]\n"),
    "a-transformer-of-itself": one("resources: [a.yaml]\ntransformers: [.]\n", f"Cycle {K}:2"),
    "a-sibling-of-a-child": one(
        "resources: [b]\n",
        r__b__kustomization_yaml="resources: [../c]\n",
        r__c__kustomization_yaml="resources: [../a.yaml]\n",
    ),
    "twice": one("resources:\n- a.yaml\n- ./a.yaml\n", f"Twice {K}:3"),
    "twice-without-objects": one("resources: [b.yaml, a.yaml, b.yaml]\n", r__b_yaml="# nothing\n"),
    "a-base-twice": one(
        "resources: [b]\nbases: [b/]\n", f"Twice {K}:2", r__b__kustomization_yaml="resources: [../a.yaml]\n"
    ),
    "an-empty-base-twice": one("resources: [b, a.yaml, b]\n", r__b__kustomization_yaml="resources: []\n"),
    "generated-twice": one(
        "resources: [b, b]\n",
        f"Twice {K}:1",
        r__b__kustomization_yaml="configMapGenerator: [{name: x, literals: [a=b]}]\n",
    ),
    "a-base-by-two-ways": one(
        "resources: [o, p]\n",
        r__o__kustomization_yaml="resources: [../b]\nnamePrefix: o-\n",
        r__p__kustomization_yaml="resources: [../b]\nnamePrefix: p-\n",
        r__b__kustomization_yaml="resources: [../a.yaml]\n",
    ),
    "a-component-twice": one(
        "resources: [a.yaml]\ncomponents: [c, c]\n", r__c__kustomization_yaml=f"{COMPONENT}namespace: x\n"
    ),
    "a-component-with-objects-twice": one(
        "components: [c, c]\n", f"Twice {K}:1", r__c__kustomization_yaml=f"{COMPONENT}resources: [../a.yaml]\n"
    ),
    "a-component-as-resource": one(
        "resources: [c]\n", f"WrongKind {K}:1", r__c__kustomization_yaml=f"{COMPONENT}namespace: x\n"
    ),
    "a-kustomization-as-component": one(
        "resources: [a.yaml]\ncomponents: [c]\n", f"WrongKind {K}:2", r__c__kustomization_yaml="namespace: x\n"
    ),
    "a-component-alone": one(f"{COMPONENT}resources: [a.yaml]\n"),
    "outside": one("resources: [../../x.yaml]\n", f"LeavesRepo {K}:1"),
    "absolute": one("resources: [/etc/hostname]\n", f"LeavesRepo {K}:1"),
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
