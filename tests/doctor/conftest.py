"""An infra repo, and what the command says of it."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from infra_tool import cli

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/doctor.json").read_text(encoding="utf-8"))
REMOTE = "ssh://git@git.example.org/team/infra.git"
Doctor = Callable[..., dict[str, list[tuple[str, str, str | None]]]]


@pytest.fixture
def infra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an infra repo with a cluster and a service."""
    place = tmp_path / "infra"
    own = ("--registry", "git.example.org", "--owner", "team", "--cluster", "koala", "--remote", REMOTE)
    assert cli.main(["init", str(place), *own]) == 0
    monkeypatch.chdir(place)
    assert cli.main(["new-cluster", "koala"]) == 0
    assert cli.main(["new-service", "n8n", "--tag", "v1"]) == 0
    return place


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Return what runs the command and returns state, message and fix of each line by check; it holds the schema."""

    def call(*words: str) -> dict[str, list[tuple[str, str, str | None]]]:
        capsys.readouterr()
        status = cli.main(["doctor", *words, "--format", "json"])
        printed = json.loads(capsys.readouterr().out)
        jsonschema.validate(printed, SCHEMA)
        found: dict[str, list[tuple[str, str, str | None]]] = {}
        for line in printed["result"]["checks"]:
            found.setdefault(line["check"], []).append((line["state"], line["message"], line["fix"]))
        assert status == (1 if printed["result"]["summary"]["fail"] else 0)
        return found

    return call
