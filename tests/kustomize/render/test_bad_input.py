"""Whatever a kustomization file says, it ends in objects or in an error with a place: never a traceback or a loop."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import Graph, fields
from infra_tool.kustomize.fields import Shape
from infra_tool.kustomize.render import dump, render

MANIFEST = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n"
WORDS = (
    "a", "a.yaml", "base", ".", "..", "", "x=y", "=", "ConfigMap", "data.a", "metadata.name", "[name=a].x",
    "data.[a=(].b", "(",
    "*", "merge", "v1", "https://example.org/x", "/etc", "fifo", "kind: ConfigMap\nmetadata: {name: a}",
    "- {op: add, path: /data/q}",
    "- {op: move, path: /x}", "- x", "[", "builtin", "a in (b", "-1", "\u2028", "\x7f",
)  # fmt: skip
HOLLOW = ("apiVersion", "kind", "helmCharts", "helmChartInflationGenerator", "vars", "openapi", "validators")


def values(shape: Shape) -> st.SearchStrategy[object]:
    """Return what a field may hold, right or wrong."""
    if isinstance(shape, str):
        right = {"flag": st.booleans(), "number": st.integers(-2, 5)}.get(shape, st.sampled_from(WORDS))
        return st.one_of(right, right, right, st.none(), st.integers(-1, 1))
    if isinstance(shape, tuple):
        return st.lists(values(shape[0]), max_size=2)
    if "*" in shape:
        return st.dictionaries(st.sampled_from(("a", "b", "y", "1")), values(shape["*"]), max_size=2)
    return st.fixed_dictionaries({}, optional={name: values(inner) for name, inner in shape.items()})


def built(files: Mapping[str, bytes]) -> None:
    """Build, and see that an error says where."""
    try:
        for resource in render(Graph(MemoryTree(files)), ""):
            dump(resource.root)
    except InfraToolError as error:
        assert error.path is not None, error.message  # noqa: PT017 -- it may succeed as well


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    content=st.fixed_dictionaries(
        {},
        optional={name: values(shape) for name, shape in fields.KUSTOMIZATION.items() if name not in HOLLOW},
    )
)
def test_fields_of_any_content(content: Mapping[str, object]) -> None:
    text = json.dumps({"resources": ["a.yaml"], **content}).encode()
    built({"kustomization.yaml": text, "a.yaml": MANIFEST, "base/kustomization.yaml": b"resources: [../a.yaml]\n"})


@settings(max_examples=200, deadline=None)
@given(data=st.one_of(st.binary(max_size=40), st.text("abk:-[]{}&*!|>'\" \n\t", max_size=60).map(str.encode)))
def test_manifests_of_any_bytes(data: bytes) -> None:
    built({"kustomization.yaml": b"resources: [a.yaml]\npatches: [{path: a.yaml, target: {}}]\n", "a.yaml": data})
    built({"kustomization.yaml": data, "a.yaml": MANIFEST})


@pytest.mark.parametrize("depth", [90, 200, 3000])
def test_depth_is_bounded(depth: int) -> None:
    nested = MANIFEST + b"deep: " + b"[" * depth + b"]" * depth + b"\n"
    built({"kustomization.yaml": b"resources: [a.yaml]\n", "a.yaml": nested})
    built({"kustomization.yaml": b"patches: [" + b"[" * depth + b"]" * depth + b"]\n"})


def test_aliases_are_bounded() -> None:
    bomb = b"a0: &a0 [x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)
    )
    built({"kustomization.yaml": b"resources: [a.yaml]\n", "a.yaml": MANIFEST + bomb})


def test_a_cycle_is_an_error() -> None:
    files = {"a/kustomization.yaml": b"resources: [../b]\n", "b/kustomization.yaml": b"resources: [../a]\n"}
    with pytest.raises(InfraToolError, match="include each other"):
        render(Graph(MemoryTree(files)), "a")
