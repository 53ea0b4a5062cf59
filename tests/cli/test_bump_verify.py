"""`infra-tool bump --verify-image` against a registry on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import oci
import pytest
from oci import Registry

from infra_tool import cli, proc

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/bump.json").read_text(encoding="utf-8"))


@pytest.fixture
def registry() -> Iterator[Registry]:
    """Run a registry that lets Ada read, and holds version 2 of n8n."""
    with oci.serving(Registry(auth="bearer", users={"ada": "hunter2"})) as running:
        running.hold("team/n8n", "v2")
        yield running


@pytest.fixture(autouse=True)
def checkout(git_repo: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an infra repo with one service."""
    monkeypatch.setenv("DOCKER_CONFIG", str(git_repo.parent / "docker"))
    monkeypatch.delenv("BUILDKIT_REGISTRY_AUTH", raising=False)
    image = f"{registry.host}/team/n8n"
    (git_repo / "apps/n8n").mkdir(parents=True)
    (git_repo / "apps/n8n/kustomization.yaml").write_text("resources: [pod.yaml]\n")
    (git_repo / "apps/n8n/pod.yaml").write_text(f"spec: {{containers: [{{name: main, image: '{image}:v1'}}]}}\n")
    for command in (("add", "-A"), ("commit", "-qm", "start")):
        proc.run(("git", *command), cwd=git_repo)
    monkeypatch.chdir(git_repo)
    return git_repo


@pytest.fixture
def login(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the credential in the usual variable."""
    assert registry
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", "ada:hunter2")


def message() -> str:
    return proc.run(("git", "log", "-1", "--format=%B")).stdout.decode()


@pytest.mark.usefixtures("login")
def test_the_digest_is_noted_and_the_tag_deployed(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--commit", "--format", "json"]) == 0
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, SCHEMA)
    digest = oci.digest(registry.manifests["team/n8n", "v2"])
    assert printed["result"]["services"][0]["digest"] == digest
    assert f"\nVerified: n8n {digest}\n" in message()
    assert Path("apps/n8n/pod.yaml").read_text().count(":v2'") == 1
    asked = len(registry.requests)
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--commit"]) == 0
    assert len(registry.requests) == asked, "what runs already is not asked for"


@pytest.mark.usefixtures("login")
def test_what_the_registry_does_not_have_is_refused(capsys: pytest.CaptureFixture[str], registry: Registry) -> None:
    assert cli.main(["bump", "n8n", "v3", "--verify-image"]) == 4
    assert f"error: the registry has no {registry.host}/team/n8n:v3\n" in capsys.readouterr().err
    assert ":v1'" in Path("apps/n8n/pod.yaml").read_text()


@pytest.mark.usefixtures("login")
def test_a_digest_must_be_that_of_the_registry(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    right, wrong = oci.digest(registry.manifests["team/n8n", "v2"]), f"sha256:{'0' * 64}"
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--digest", wrong]) == 4
    assert f"error: the registry has {right} for" in capsys.readouterr().err
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--digest", right]) == 0
    assert f":v2@{right}'" in Path("apps/n8n/pod.yaml").read_text()


def test_the_credential_of_docker_and_of_a_named_variable(
    checkout: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--check"]) == 3
    assert "wants a credential" in capsys.readouterr().err
    monkeypatch.setenv("OWN", "ada:wrong-hunter2")
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--check", "--registry-auth-env", "OWN"]) == 3
    told = capsys.readouterr().err
    assert "does not let ada read" in told
    assert "hunter2" not in told
    monkeypatch.setenv("OWN", "ada:hunter2")
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--check", "--registry-auth-env", "OWN"]) == 1
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--check", "--registry-auth-env", "NONE"]) == 2
    place = checkout.parent / "docker"
    place.mkdir()
    (place / "config.json").write_text(registry.config("ada"))
    assert cli.main(["bump", "n8n", "v2", "--verify-image", "--check"]) == 1


@pytest.mark.usefixtures("login")
def test_a_registry_that_is_broken_deploys_nothing(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    registry.broken = 500
    assert cli.main(["bump", "n8n", "v2", "--verify-image"]) == 3
    assert "answered 500" in capsys.readouterr().err
    assert ":v1'" in Path("apps/n8n/pod.yaml").read_text()


def test_without_the_option_nobody_is_asked(registry: Registry) -> None:
    assert cli.main(["bump", "n8n", "v3"]) == 0
    assert registry.requests == []
    assert (
        cli.main(["bump", "--file", "apps/n8n/pod.yaml", "--container", "main", "--tag", "v4", "--verify-image"]) == 2
    )
