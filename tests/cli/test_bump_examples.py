"""`bump --file` on one file: byte by byte what it becomes, or why it is left alone.

An example in tests/data/bump/KIND/NAME/ is `before.yaml`, `args` and either `after.yaml`, `error` (the first line of
what is told), or neither, for a file that says it already.
"""

import shlex
import shutil
from pathlib import Path

import pytest

from infra_tool import cli
from infra_tool.apps import KINDS

DATA = Path(__file__).parents[1] / "data" / "bump"
EXAMPLES = sorted(path.parent for path in DATA.rglob("before.yaml"))


def name(path: Path) -> str:
    return path.relative_to(DATA).as_posix()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "before.yaml"


def bump(example: Path) -> int:
    arguments = shlex.split((example / "args").read_text(encoding="utf-8"))
    return cli.main(["bump", "--file", "before.yaml", *arguments])


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_a_file_becomes_what_the_example_says(example: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(example / "before.yaml", file)
    code = bump(example)
    told = capsys.readouterr().err
    if (example / "error").exists():
        assert told.splitlines()[:1] == [f"error: {(example / 'error').read_text(encoding='utf-8').strip()}"]
        assert code in (2, 3)
    else:
        assert (code, told) == (0, "")
    after = example / ("after.yaml" if (example / "after.yaml").exists() else "before.yaml")
    assert file.read_bytes() == after.read_bytes()


@pytest.mark.parametrize("example", [path for path in EXAMPLES if (path / "after.yaml").exists()], ids=name)
def test_a_second_run_changes_nothing(example: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(example / "after.yaml", file)
    assert bump(example) == 0
    assert "unchanged" in capsys.readouterr().out
    assert file.read_bytes() == (example / "after.yaml").read_bytes()


def test_every_kind_of_place_has_examples() -> None:
    kinds = {kind.__name__.rpartition(".")[2] for kind in KINDS}  # type: ignore[attr-defined]  # each is a module
    assert kinds == {path.parent.name for path in EXAMPLES}
