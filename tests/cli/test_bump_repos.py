"""`bump SERVICE=TAG` in whole repos, ours and those that others laid out: which places change, or why none does.

A case in tests/data/bump-repos/NAME/ is a `tree`, `args` and golden output `out`; INFRA_TOOL_GOLDEN=write writes it.
`build` is the directory that the cluster gets: there the real kustomize must show the new tag, and it alone.
"""

import os
import shlex
import shutil
from pathlib import Path

import pytest

from infra_tool import cli, proc

DATA = Path(__file__).parents[1] / "data" / "bump-repos"
CASES = sorted(path.parent for path in DATA.rglob("args"))
WRITE = os.environ.get("INFRA_TOOL_GOLDEN") == "write"
BUILT = [case for case in CASES if (case / "build").exists()]


def name(path: Path) -> str:
    return path.name


@pytest.fixture
def place(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(git_repo)
    return git_repo


def bump(case: Path, place: Path) -> int:
    shutil.copytree(case / "tree", place, dirs_exist_ok=True)
    return cli.main(["bump", *shlex.split((case / "args").read_text(encoding="utf-8"))])


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_places_that_decide_change(case: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = bump(case, place)
    told = capsys.readouterr()
    found = f"exit {code}\n{told.out}{told.err}"
    golden = case / "out"
    if WRITE:
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.interop
@pytest.mark.parametrize("case", BUILT, ids=name)
def test_the_cluster_gets_the_new_tag(case: Path, place: Path, interop_bin: Path) -> None:
    def images() -> list[str]:
        command = (str(interop_bin / "kustomize"), "build", "--load-restrictor=LoadRestrictionsNone", f"{place}/{root}")
        built = proc.run(command).stdout.decode()
        return [line.split("image: ")[1] for line in built.splitlines() if "image: " in line]

    root = (case / "build").read_text(encoding="utf-8").strip()
    new = (case / "args").read_text(encoding="utf-8").split()[0].partition("=")[2]
    shutil.copytree(case / "tree", place, dirs_exist_ok=True)
    before = images()
    assert bump(case, place) == 0
    changed = [after for old, after in zip(before, images(), strict=True) if after != old]
    assert changed
    assert all(after.endswith(f":{new}") for after in changed)
