"""Whatever a kustomization file says, it ends in objects or in an error with a place: never a traceback or a loop."""

import json
import re
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import Graph, fields
from infra_tool.kustomize.fields import Shape
from infra_tool.kustomize.render import UnsupportedError, dump, render
from tests.kustomize.render.test_cases import CASES, DATA, tree_of

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


def built(files: Mapping[str, bytes], directory: str = "") -> None:
    """Build, and see that an error says where."""
    try:
        for resource in render(Graph(MemoryTree(files)), directory):
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


@pytest.mark.parametrize(
    "text",
    [
        "commonLabels: {b: *a8}",
        "patches: [*a8]",
        "configMapGenerator: [{name: a, literals: *a8}]",
        "transformers: [*a8]",
        "replacements: [{source: *a8}]",
    ],
)
def test_aliases_of_the_kustomization_file_are_bounded(text: str) -> None:
    bomb = "x0: &a0 [x]\n" + "".join(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    built({"kustomization.yaml": f"{bomb}resources: [a.yaml]\n{text}\n".encode(), "a.yaml": MANIFEST})


@pytest.mark.parametrize(
    "text",
    [
        "patches: [{target: {name: (a+)+b}, patch: '[]'}]",
        "patches: [{target: {name: .*.*.*.*.*.*.*b}, patch: '[]'}]",
        "images: [{name: (a|a)*b, newTag: b}]",
        "replacements: [{source: {name: a}, targets: [{select: {name: (a*)*b}}]}]",
    ],
)
def test_patterns_that_take_for_ever_are_refused_by_name(text: str) -> None:
    manifest = MANIFEST.replace(b"name: a", b"name: " + b"a" * 200)
    files = {"kustomization.yaml": f"resources: [a.yaml, b.yaml]\n{text}\n".encode(), "a.yaml": manifest}
    with pytest.raises(UnsupportedError, match="regular expression"):
        render(Graph(MemoryTree({**files, "b.yaml": MANIFEST})), "")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_cases_with_a_line_changed(data: st.DataObject) -> None:
    folder = DATA / data.draw(st.sampled_from(CASES))
    tree = tree_of(folder)
    files = {path: tree.read(path) for path in tree.entries}
    path = data.draw(st.sampled_from(sorted(files)))
    lines = files[path].decode(errors="replace").split("\n")
    index = data.draw(st.integers(0, len(lines) - 1))
    files[path] = "\n".join((*lines[:index], *data.draw(changes(lines[index])), *lines[index + 1 :])).encode()
    built(files, "build" if (folder / "build").is_dir() else "")


def changes(line: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Return what may stand in place of a line: nothing, twice the same, or another word or character in it."""
    words = [match.span() for match in re.finditer(r"[^\s,:\[\]{}]+", line)] or [(0, 0)]
    places = st.one_of(st.sampled_from(words), st.integers(0, len(line)).map(lambda at: (at, at + 1)))
    new = st.sampled_from((*WORDS, "~", "{}", "[]", "{a: b}", "&a ", "*a", "!!int ", "'", '"', "|", "0x1F", "on"))
    other = st.tuples(places, new).map(lambda found: (line[: found[0][0]] + found[1] + line[found[0][1] :],))
    return st.one_of(st.sampled_from(((), (line, line))), other)


def test_a_cycle_is_an_error() -> None:
    files = {"a/kustomization.yaml": b"resources: [../b]\n", "b/kustomization.yaml": b"resources: [../a]\n"}
    with pytest.raises(InfraToolError, match="include each other"):
        render(Graph(MemoryTree(files)), "a")
