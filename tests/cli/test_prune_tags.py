"""`infra-tool prune-tags` on a repo whose services ran several versions."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infra_tool import cli, proc

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/prune-tags.json").read_text(encoding="utf-8"))
OWN = "registry.example.test/team"
FILES = {
    ".infra-tool.yaml": "version: 1\nregistry: registry.example.test\nowner: team\n",
    "clusters/koala/kustomization.yaml": "resources: [../../apps/n8n, ../../apps/jobs, ../../apps/idle]\n",
    "apps/n8n/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/n8n/pod.yaml": (
        f"spec:\n  containers:\n    - {{name: main, image: '{OWN}/n8n:IMAGE_TAG'}}\n"
        "    - {name: proxy, image: 'docker.io/envoyproxy/envoy:v1.30.0'}\n"
    ),
    "apps/jobs/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/jobs/pod.yaml": f"spec: {{containers: [{{name: main, image: '{OWN}/n8n:v1.0'}}]}}\n",
    "apps/idle/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/idle/pod.yaml": f"spec: {{containers: [{{name: main, image: '{OWN}/idle:IMAGE_TAG'}}]}}\n",
}


@pytest.fixture
def infra(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout: n8n ran v1 to v4, jobs runs v1.0 of the same image, idle was never deployed."""
    for path, text in FILES.items():
        (git_repo / path).parent.mkdir(parents=True, exist_ok=True)
        (git_repo / path).write_text(text, encoding="utf-8")
    for command in (("add", "-A"), ("commit", "-qm", "start")):
        proc.run(("git", *command), cwd=git_repo)
    monkeypatch.chdir(git_repo)
    for number in range(1, 5):
        assert cli.main(["bump", "n8n", f"v{number}", "--commit"]) == 0
    return git_repo


@pytest.fixture
def told(infra: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, Any]]]:
    """Return what runs the command and returns its images, after holding them against the schema."""
    assert infra

    def call(*words: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert cli.main(["prune-tags", *words, "--format", "json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        jsonschema.validate(printed, SCHEMA)
        images: list[dict[str, Any]] = printed["result"]["images"]
        return images

    return call


def kept(image: dict[str, Any]) -> list[tuple[str, list[str], list[str]]]:
    return [(one["tag"], one["why"], one["services"]) for one in image["keep"]]


def test_what_runs_and_what_ran_last_stays(told: Callable[..., list[dict[str, Any]]]) -> None:
    [image] = told("--keep", "2")
    assert image["image"] == f"{OWN}/n8n"
    assert kept(image) == [
        ("v1.0", ["running", "deployed"], ["jobs"]),
        ("v4", ["running", "deployed"], ["n8n"]),
        ("v3", ["deployed"], ["n8n"]),
    ]
    assert [tag for tag in ("v1.0", "v3", "v4", "v1x0", "v", "v33") if re.fullmatch(image["pattern"], tag)] == [
        "v1.0",
        "v3",
        "v4",
    ]


def test_what_is_held_stays_however_long_ago_it_was_deployed(
    told: Callable[..., list[dict[str, Any]]], infra: Path
) -> None:
    assert cli.main(["rollback", "n8n", "--to", "v1", "--commit"]) == 0
    assert infra
    [image] = told("n8n", "--keep", "1")
    assert kept(image) == [("v1", ["running", "held", "deployed"], ["n8n"])]
    [image] = told("n8n", "--keep", "3")
    assert [tag for tag, _, _ in kept(image)] == ["v1", "v4", "v3"]


def test_a_service_that_was_never_deployed_has_nothing(
    told: Callable[..., list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told("idle") == []
    assert cli.main(["prune-tags", "idle"]) == 0
    assert capsys.readouterr() == ("", "no service runs an image of this registry\n")


def test_without_a_registry_in_the_configuration_all_images_count(
    told: Callable[..., list[dict[str, Any]]], infra: Path
) -> None:
    (infra / ".infra-tool.yaml").write_text("version: 1\n", encoding="utf-8")
    assert [image["image"] for image in told("n8n")] == ["docker.io/envoyproxy/envoy", f"{OWN}/n8n"]


def test_it_reads_as_lines(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert infra
    capsys.readouterr()
    assert cli.main(["prune-tags", "n8n", "--keep", "2"]) == 0
    assert capsys.readouterr().out == (f"{OWN}/n8n\n  v4  running, deployed\n  v3  deployed\n  pattern (?:v4|v3)\n")


def test_a_list_with_a_gap_is_not_given(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (infra / "apps/jobs/pod.yaml").write_text("spec: [\n", encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["prune-tags"]) != 0
    assert capsys.readouterr().out == ""
    assert cli.main(["prune-tags", "nope"]) == 2
