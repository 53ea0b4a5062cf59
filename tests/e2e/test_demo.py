"""The demo does the whole job, and notices when any part of it does not do what it should."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import jsonschema
import pytest

from infra_tool import cli, demo
from infra_tool.demo import shell

REAL = Path(sys.executable).parent / "infra-tool"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/demo.json").read_text(encoding="utf-8"))

# How a command goes wrong, in the words of a shell; $* is what was typed.
BROKEN = {
    "a secret that is not set": ('case "$*" in "secret set"*) exit 0;; esac', "secret get"),
    "a value in the clear": ('case "$*" in "new-service n8n"*) echo sk-demo-0123456789 > leak;; esac', "plaintext"),
    "lint that is blind": ('case "$1" in lint) exit 0;; esac', "expected exit 1"),
    "lint that cries wolf": ('case "$1" in lint) exit 1;; esac', "expected exit 0"),
    "a hook that lets all pass": ('case "$*" in *--staged*) exit 0;; esac', "git commit"),
    "a bump that pushes nothing": (
        'case "$1" in bump) echo \'{"result": {"services": [{"action": "deployed"}], "attempts": 2}}\'; exit 0;; esac',
        "newest build",
    ),
    "a bump that steps back": (
        'case "$1" in bump) set -- "$@" --on-unknown-order deploy --allow-downgrade;; esac',
        "newest build|superseded",
    ),
}


@pytest.mark.slow
def test_the_whole_job(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    only = tmp_path / "only-git"
    only.mkdir()
    for program in ("git", "sh", "ls", "wc", "sleep"):
        (only / program).symlink_to(shutil.which(program) or "")
    monkeypatch.setenv("PATH", str(only))
    assert cli.main(["demo", str(tmp_path / "demo"), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    assert [step["title"] for step in found["result"]["steps"]] == [title for title, _ in demo.STEPS]
    assert (tmp_path / "demo/infra/apps/supervisor/deployment.yaml").exists(), "it is left for exploring"


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_a_step_that_goes_wrong_ends_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    how, expected = BROKEN[name]
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    wrapper = bin_ / "infra-tool"
    wrapper.write_text(f'#!/bin/sh\n{how}\nexec {REAL} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    monkeypatch.setattr(shell, "_installed", lambda: str(wrapper))
    monkeypatch.setattr(shell.Shell, "environment", _first_on_path(bin_, shell.Shell.environment))
    assert cli.main(["demo", str(tmp_path / "demo")]) == 3
    assert re.search(f"^error: .*({expected})", capsys.readouterr().err, re.MULTILINE)


def _first_on_path(place: Path, environment: object) -> object:
    def found(self: shell.Shell, machine: str = "") -> dict[str, str]:
        own = environment(self, machine)  # type: ignore[operator]
        return {**own, "PATH": f"{place}{os.pathsep}{own['PATH']}"}

    return found


def test_a_directory_that_is_in_use_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("x")
    assert cli.main(["demo", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
