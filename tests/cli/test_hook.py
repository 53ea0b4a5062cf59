"""`infra-tool hook install` as a person and as a program reads it."""

import json
from pathlib import Path

import jsonschema
import pytest

from infra_tool import cli, replay, yamldoc
from infra_tool.repo import hooks

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/hook-install.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def inside(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(git_repo)


def test_installation_says_what_became_of_each_hook(git_repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = git_repo / ".git/hooks/pre-commit"
    old.parent.mkdir(exist_ok=True)
    old.write_text("#!/bin/sh\n")
    assert cli.main(["hook", "install"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{old} installed, calls pre-commit.chained first",
        f"{old.with_name('pre-push')} installed",
    ]
    assert cli.main(["hook", "install"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == f"{old.with_name('pre-push')} is there already: nothing to do"


def test_installation_as_json(git_repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["hook", "install", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    assert found["result"]["hooks"][0] == {
        "name": "pre-commit",
        "path": str(git_repo / ".git/hooks/pre-commit"),
        "action": "installed",
        "chained": None,
    }


def test_outside_of_an_infra_repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["hook", "install"]) == 2


def test_the_program_pre_commit_runs_what_our_hook_runs() -> None:
    file = yamldoc.parse((ROOT / ".pre-commit-hooks.yaml").read_bytes(), ".pre-commit-hooks.yaml")
    assert file.documents[0].root is not None
    (hook,) = yamldoc.resolve(file.documents[0].root, "manifest")  # type: ignore[misc]
    assert f"\ninfra_tool {hook['entry'].removeprefix('infra-tool ')}" in hooks.PRE_COMMIT.replace("{guard}", "")
    assert replay.of(hook["entry"].split()[1:]) is not None, "the quick path takes it"
    assert (hook["pass_filenames"], hook["always_run"], hook["stages"]) == (False, True, ["pre-commit"])
