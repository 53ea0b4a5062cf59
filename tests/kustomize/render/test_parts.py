"""The parts of a build are its objects, generated names without their hash; what cannot be built hides no other."""

import re
from pathlib import Path

import pytest

from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import Part, Sources, parts, render

DATA = Path(__file__).parents[2] / "data/kustomize"
CASES = sorted(path.parent for path in DATA.glob("*/expected.yaml"))
HASH = re.compile(r"-[a-z0-9]{10}$")


def parts_of(tree: MemoryTree, directory: str) -> list[Part]:
    graph = Graph(tree)
    root = graph.load(directory).file
    assert root is not None
    return list(parts(Sources(graph), root))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_parts_are_the_objects_of_the_build(case: Path) -> None:
    files = {path.relative_to(case).as_posix(): path.read_bytes() for path in case.rglob("*") if path.is_file()}
    tree = MemoryTree({path: data for path, data in files.items() if not path.startswith("expected.")})
    directory = "build" if (case / "build").is_dir() else ""
    found = [resource for part in parts_of(tree, directory) for resource in part.objects]
    built = render(Graph(tree), directory)
    assert sorted(f"{one.gvk}{one.namespace}" for one in found) == sorted(f"{one.gvk}{one.namespace}" for one in built)
    names = {one.name for one in found}
    assert all(one.name in names or HASH.sub("", one.name) in names for one in built)


FILES = {
    "r/kustomization.yaml": "resources: [good, bad, far, map.yaml]\n",
    "r/good/kustomization.yaml": "namespace: good\nresources: [map.yaml]\n",
    "r/good/map.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: good}}\n",
    "r/bad/kustomization.yaml": """\
namespace: bad
resources: [map.yaml]
patches:
- patch: '{kind: X, metadata: {name: x}}'
""",
    "r/bad/map.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: bad}}\n",
    "r/far/kustomization.yaml": "resources: [https://example.org/far.yaml]\n",
    "r/map.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: own}}\n",
}


def test_what_cannot_be_built_hides_no_other() -> None:
    found = parts_of(MemoryTree({path: text.encode() for path, text in FILES.items()}), "r")
    assert [[one.name for one in part.objects] for part in found] == [["good"], [], [], ["own"]]
    refused, far = found[1], found[2]
    assert (refused.is_refused, refused.namespace) == (True, "bad")
    assert isinstance(far.error, InfraToolError)
    assert (far.is_refused, far.error.code, far.error.path) == (False, "unsupported", "r/far/kustomization.yaml")
