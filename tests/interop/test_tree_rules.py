"""What T rules call errors, the real kustomize refuses; what they let pass, it builds."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from infra_tool import flux, proc
from infra_tool.edits import MemoryTree
from infra_tool.kustomize import Graph
from infra_tool.lint.rules import RULES

pytestmark = pytest.mark.interop

DATA = Path(__file__).parent.parent / "data" / "rules"
ERRORS = {rule.CODE for rule in RULES if rule.SEVERITY == "error"}
EXAMPLES = sorted(path for path in DATA.glob("T*/*") if path.suffix != ".out")
ACROSS_FLUX = {"T007/bad-across-flux", "T007/bad-overlapping-paths"}
"""Two builds, of which kustomize sees one at a time."""
PATCHES = {"T018/bad-patch"}
"""A patch has all that an object needs."""
NETWORK = {"T001/ok-url"}


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name.removesuffix('.yaml')}"


def write(files: Mapping[str, bytes], place: Path) -> list[str]:
    """Write a tree, with the kustomization files that Flux would make, and return what it would build."""
    graph = Graph(MemoryTree(files))
    roots = flux.discover(graph, lambda: [graph.read(path) for path in files if path.endswith(".yaml")]).roots
    made = {root.build.root.path: root.build.root.file.data for root in roots if root.build.root is not None}
    for path, data in {**made, **files}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return [root.build.directory for root in roots]


@pytest.mark.parametrize("example", [path for path in EXAMPLES if name(path) not in NETWORK], ids=name)
def test_kustomize_agrees(
    example: Path, example_files: Callable[[Path], Mapping[str, bytes]], interop_bin: Path, tmp_path: Path
) -> None:
    place = tmp_path / "repo"
    program = (str(interop_bin / "kustomize"), "build", "--load-restrictor=LoadRestrictionsNone")
    built = [proc.run((*program, str(place / root)), ok=None) for root in write(example_files(example), place)]
    assert built
    is_error = example.name.startswith("bad-") and example.parent.name in ERRORS
    is_refused = any(done.status != 0 for done in built)
    assert is_refused == (is_error and name(example) not in ACROSS_FLUX | PATCHES), [done.stderr for done in built]
