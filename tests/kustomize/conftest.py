"""Ask ourselves and the real kustomize about a small tree."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import proc
from infra_tool.edits import MemoryTree
from infra_tool.kustomize import Problem, walk


def _place(problem: Problem) -> str:
    line = problem.file.line(problem.node) if problem.node is not None else 1
    assert problem.message
    assert problem.error().path == problem.path
    return f"{type(problem).__name__} {problem.path}:{line}"


@pytest.fixture
def problems() -> Callable[[dict[str, str]], list[str]]:
    """Return what is wrong with the build of `r` in a tree of files."""

    def find(files: dict[str, str]) -> list[str]:
        tree = MemoryTree({path: text.encode() for path, text in files.items()})
        return [_place(problem) for problem in walk(tree, "r").problems]

    return find


@pytest.fixture
def refused(tmp_path: Path, interop_bin: Path) -> Callable[[dict[str, str]], bool]:
    """Tell whether the real kustomize refuses to build `r`; loading files from outside of it is allowed, as in Flux."""

    def build(files: dict[str, str]) -> bool:
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        command = (str(interop_bin / "kustomize"), "build", "--load-restrictor=LoadRestrictionsNone", f"{tmp_path}/r")
        return proc.run(command, ok=None).status != 0

    return build
