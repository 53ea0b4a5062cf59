"""The real kustomize makes of every case what its golden output says."""

import os
from pathlib import Path

import pytest

from infra_tool import proc

pytestmark = pytest.mark.interop

IS_WRITING = os.environ.get("INFRA_TOOL_GOLDEN") == "write"
DATA = Path(__file__).parents[1] / "data/kustomize"
CASES = sorted(path.name for path in DATA.iterdir() if path.is_dir())


def kustomize(folder: Path) -> proc.Completed:
    place = folder / "build" if (folder / "build").is_dir() else folder
    return proc.run(("kustomize", "build", "--load-restrictor=LoadRestrictionsNone", str(place)), ok=None)


@pytest.mark.usefixtures("interop_bin")
@pytest.mark.parametrize("case", CASES)
def test_golden_output_is_what_the_real_one_writes(case: str) -> None:
    done = kustomize(DATA / case)
    golden = DATA / case / "expected.yaml"
    if IS_WRITING and done.status == 0 and not case.startswith("unsupported"):
        golden.write_bytes(done.stdout)
    if golden.exists():
        assert done.stdout == golden.read_bytes()
        assert done.status == 0
    elif (DATA / case / "expected.error").exists():
        assert done.status != 0
