"""BuildKit and the registry are real: image and digest appear there, and the same commit is not built twice."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
from rig import programs
from rig.buildkit import Buildkit
from rig.gitea import Gitea, User, basic

from infra_tool import cli, proc

pytestmark = pytest.mark.e2e

MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json"


@pytest.fixture
def app(git_repo: Path, buildkit: Buildkit, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an app repo with a trivial Dockerfile and one commit, and work in it as a job of a runner does."""
    (git_repo / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n", encoding="utf-8")
    proc.run(("git", "add", "-A"), cwd=git_repo)
    proc.run(("git", "commit", "-qm", "start"), cwd=git_repo)
    monkeypatch.chdir(git_repo)
    monkeypatch.setenv("PATH", f"{programs.BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("BUILDKIT_HOST", buildkit.address)
    return git_repo


@pytest.fixture
def owner(gitea: Gitea) -> User:
    return gitea.user()


def build(image: str, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, str], str]:
    status = cli.main(["image", "build", "--image", image, "--format", "json", *options])
    said = capsys.readouterr()
    return status, json.loads(said.out)["result"] if status == 0 else {}, said.err


def digest(gitea: Gitea, login: str, name: str, tag: str) -> str | None:
    """Return what the registry says a tag is."""
    headers = {"Authorization": basic(*login.split(":")), "Accept": MANIFESTS}
    answer = gitea.ask("HEAD", f"/v2/{name}/manifests/{tag}", headers=headers)
    assert answer.status in {200, 404}, answer
    return answer.headers.get("Docker-Content-Digest") if answer.is_ok else None


def read(gitea: Gitea, owner: User, name: str, path: str) -> Any:  # noqa: ANN401 -- JSON
    """Return what the registry has there."""
    answer = gitea.ask(
        "GET", f"/v2/{name}/{path}", headers={"Authorization": basic(*owner.login.split(":")), "Accept": MANIFESTS}
    )
    assert answer.is_ok, answer
    return answer.body


def test_an_image_is_built_once_for_each_commit(
    app: Path, gitea: Gitea, owner: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", f"{owner.name}:{owner.token('write:package')}")
    sha = proc.run(("git", "rev-parse", "HEAD"), cwd=app).stdout.decode().strip()
    image = f"{gitea.host}/{owner.name}/web"
    status, built, told = build(image, capsys)
    assert status == 0, told
    assert (built["tag"], built["action"]) == (sha, "pushed")
    assert built["digest"] == digest(gitea, owner.login, f"{owner.name}/web", sha)

    monkeypatch.setenv("BUILDKIT_HOST", "unix:///nowhere")
    status, again, told = build(image, capsys)
    assert status == 0, told
    assert again == {**built, "action": "exists"}


def test_what_an_image_is_of_and_for_is_in_it(
    app: Path, gitea: Gitea, owner: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The layers are kept in the registry, too, and both platforms are in one index; nothing is executed for either."""
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", f"{owner.name}:{owner.token('write:package')}")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.org/")
    monkeypatch.setenv("GITHUB_REPOSITORY", "Team/Web")
    name = f"{owner.name}/web"
    platforms = ("--platform", "linux/amd64", "--platform", "linux/arm64")
    status, built, told = build(f"{gitea.host}/{name}", capsys, *platforms, "--cache", f"{gitea.host}/{name}-cache")
    assert status == 0, told
    assert built["digest"] == digest(gitea, owner.login, name, built["tag"])
    index = read(gitea, owner, name, f"manifests/{built['tag']}")
    images = {one["platform"]["architecture"]: one for one in index["manifests"] if one["platform"]["os"] == "linux"}
    assert images.keys() == {"amd64", "arm64"}
    manifest = read(gitea, owner, name, f"manifests/{images['arm64']['digest']}")
    config = read(gitea, owner, name, f"blobs/{manifest['config']['digest']}")
    labels = config["config"]["Labels"]
    assert labels["org.opencontainers.image.revision"] == built["tag"]
    assert labels["org.opencontainers.image.source"] == "https://git.example.org/Team/Web"
    committed = proc.run(("git", "log", "-1", "--format=%cI"), cwd=app).stdout.decode().strip()
    assert dt.datetime.fromisoformat(config["created"]) == dt.datetime.fromisoformat(committed)
    assert read(gitea, owner, f"{name}-cache", "tags/list")["tags"]


def test_a_token_that_may_only_read_pushes_nothing(
    app: Path, gitea: Gitea, owner: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = owner.token("read:package")
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", f"{owner.name}:{token}")
    sha = proc.run(("git", "rev-parse", "HEAD"), cwd=app).stdout.decode().strip()
    status, _, told = build(f"{gitea.host}/{owner.name}/web", capsys)
    assert status == 3
    assert "was not built: failed to solve: failed to push" in told
    assert token not in told
    assert digest(gitea, owner.login, f"{owner.name}/web", sha) is None
