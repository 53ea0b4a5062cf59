"""Random trees: the native renderer makes what the real kustomize makes of them, or refuses what it refuses."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from infra_tool import proc
from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import dump, render
from tests.kustomize.render import trees

pytestmark = pytest.mark.interop

EXAMPLES = 2000 if os.environ.get("CI") else 100


def ours(files: dict[str, bytes]) -> str | InfraToolError:
    try:
        return "---\n".join(dump(resource.root) for resource in render(Graph(MemoryTree(files)), "build"))
    except InfraToolError as error:
        return error


@pytest.mark.slow
@pytest.mark.usefixtures("interop_bin")
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(files=trees.trees())
def test_random_trees(tmp_path: Path, files: dict[str, bytes]) -> None:
    found = ours(files)
    if isinstance(found, InfraToolError) and found.code == "unsupported":
        return
    shutil.rmtree(tmp_path)
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    command = ("kustomize", "build", "--load-restrictor=LoadRestrictionsNone", str(tmp_path / "build"))
    done = proc.run(command, ok=None)
    if done.status == 0:
        assert found == done.stdout.decode()
    else:
        assert isinstance(found, InfraToolError), done.stderr.decode()[-500:]
