"""Each folder of tests/data/kustomize is a tree; what the real kustomize makes of it lies beside, as expected.yaml.

The build starts in `build/` where there is one, else in the folder itself. What kustomize refuses has an expected.error
instead, what is left to the program an expected.unsupported: our own words. tests/interop/test_render.py asks the real
kustomize about every folder, and writes expected.yaml anew when INFRA_TOOL_GOLDEN is `write`.
"""

import os
from pathlib import Path

import pytest

from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import dump, render

IS_WRITING = os.environ.get("INFRA_TOOL_GOLDEN") == "write"
DATA = Path(__file__).parents[2] / "data/kustomize"
CASES = sorted(path.name for path in DATA.iterdir() if path.is_dir())


def tree_of(folder: Path) -> MemoryTree:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return MemoryTree({name: path.read_bytes() for name, path in files.items() if not name.startswith("expected.")})


def built(folder: Path) -> tuple[str, str]:
    """Return the kind of the outcome and the text of it."""
    try:
        resources = render(Graph(tree_of(folder)), "build" if (folder / "build").is_dir() else "")
        return "yaml", "---\n".join(dump(resource.root) for resource in resources)
    except InfraToolError as error:
        return (
            "unsupported" if error.code == "unsupported" else "error",
            f"{error.path}:{error.line}: {error.message}\n",
        )


@pytest.mark.parametrize("case", CASES)
def test_the_build_is_what_kustomize_makes_of_it(case: str) -> None:
    kind, text = built(DATA / case)
    if kind != "yaml" and IS_WRITING and not (DATA / case / "expected.yaml").exists():
        (DATA / case / f"expected.{kind}").write_text(text, encoding="utf-8")
    expected = {path.suffix[1:]: path.read_text(encoding="utf-8") for path in (DATA / case).glob("expected.*")}
    assert expected == {kind: text}
