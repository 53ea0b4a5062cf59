"""What T rules call errors, the real kustomize refuses; what they let pass, it builds."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from infra_tool import flux, proc
from infra_tool.edits import MemoryTree
from infra_tool.kustomize import Build, Graph
from infra_tool.lint.registry.every import RULES

pytestmark = pytest.mark.interop

DATA = Path(__file__).parent.parent / "data" / "rules"
SILENT = {"T011"}
"""A patch whose target selects nothing changes nothing, and kustomize says nothing."""
ERRORS = {rule.CODE for rule in RULES if rule.SEVERITY == "error"} - SILENT
EXAMPLES = sorted(path for path in DATA.glob("T*/*") if path.suffix != ".out")
ACROSS_FLUX = {"T007/bad-across-flux", "T007/bad-overlapping-paths"}
"""Two builds, of which kustomize sees one at a time."""
PATCHES = {"T018/bad-patch"}
"""A patch has all that an object needs."""
NOT_ASKED = {
    "T001/ok-url": "the network: it lists https://git.example.test/someone/base",
    "T014/ok-remote": "the network: it lists https://example.org/a//b",
    "T016/ok-chart": "Helm: it has a helmCharts field",
    "T016/ok-remote": "the network: it lists https://example.org/a",
    "T027/ok-remote": "the network: it lists https://example.org/n8n.yaml",
    **{
        f"T013/{kind}-{example}": "the network: it is about what lies elsewhere"
        for kind in ("ok", "bad")
        for example in ("branch", "file-of-a-branch", "newest-release", "no-version")
    },
}
"""Examples for which kustomize needs more than files."""


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name.removesuffix('.yaml')}"


def builds(files: Mapping[str, bytes]) -> list[Build]:
    """Return what the clusters get."""
    graph = Graph(MemoryTree(files))
    found = flux.discover(graph, lambda: [graph.read(path) for path in files if path.endswith(".yaml")])
    return [root.build for root in found.roots]


def needs_more(build: Build) -> bool:
    """Tell whether a build needs the network, or Helm."""
    return bool(build.remotes) or any("helmcharts" in file.fields for file in build.kustomizations)


def test_only_what_needs_more_than_files_is_not_asked(example_files: Callable[[Path], Mapping[str, bytes]]) -> None:
    assert {name(path) for path in EXAMPLES if any(map(needs_more, builds(example_files(path))))} == set(NOT_ASKED)


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_kustomize_agrees(
    example: Path, example_files: Callable[[Path], Mapping[str, bytes]], interop_bin: Path, tmp_path: Path
) -> None:
    if name(example) in NOT_ASKED:
        pytest.skip(f"{name(example)} needs {NOT_ASKED[name(example)]}")
    files = example_files(example)
    found = builds(files)
    assert found
    place = tmp_path / "repo"
    made = {build.root.path: build.root.file.data for build in found if build.root is not None}
    for path, data in {**made, **files}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    program = (str(interop_bin / "kustomize"), "build", "--load-restrictor=LoadRestrictionsNone")
    done = [proc.run((*program, str(place / build.directory)), ok=None) for build in found]
    is_error = example.name.startswith("bad-") and example.parent.name in ERRORS
    is_refused = any(each.status != 0 for each in done)
    assert is_refused == (is_error and name(example) not in ACROSS_FLUX | PATCHES), [each.stderr for each in done]
