"""A repo whose index is linted by the program as a whole, what it remembers included."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from infra_tool import __main__
from infra_tool.lint import engine


class Said(NamedTuple):
    code: int
    out: str
    err: str


class Repo:
    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def git(self, *arguments: str, check: bool = True) -> None:
        subprocess.run(("git", *arguments), cwd=self.root, check=check, capture_output=True)

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> Said:
        self._monkeypatch.setattr(sys, "argv", ["infra-tool", *arguments])
        code = __main__.main()
        return Said(code, *self._capsys.readouterr())


@pytest.fixture
def blank(git_repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repo:
    """Return an empty repo, which is the working directory."""
    monkeypatch.chdir(git_repo)
    return Repo(git_repo, monkeypatch, capsys)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Notes each time that something is judged."""
    times: list[object] = []
    examine = engine.examine

    def noted(*arguments: object) -> object:
        times.append(arguments)
        return examine(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "examine", noted)
    return times
