"""What is deployed runs: pods on a real node, pulled from the private registry with the credential that Flux decrypted.

The server, the controllers, the kubelet, containerd and runc are real, and the images are those that `image build` or
the workflow of an app repo made.
"""

import json
import os
from pathlib import Path

import pytest
from rig import programs
from rig.buildkit import Buildkit
from rig.cluster import Cluster
from rig.flux import Flux
from rig.gitea import Gitea, basic
from rig.node import Node
from rig.pipeline import App, Pipeline, conclusions, git
from rig.pods import Pods, write_server

from infra_tool import cli

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

COMPONENT = "components:\n  - ../../components/registry-pull\n"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Return an app repo without a commit."""
    place = tmp_path / "app"
    place.mkdir()
    write_server(place)
    git("init", "-q", "-b", "main", cwd=place)
    return place


@pytest.fixture
def environment(buildkit: Buildkit, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let `image build` find BuildKit, and return what is to know the token."""
    monkeypatch.setenv("PATH", f"{programs.BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("BUILDKIT_HOST", buildkit.address)
    return monkeypatch


def build(app: Path, image: str, name: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """Build and push an image that differs by a name; return its tag and digest."""
    (app / "work").write_text(name, encoding="utf-8")
    git("add", "-A", cwd=app)
    git("commit", "-q", "-m", name, cwd=app)
    capsys.readouterr()
    status = cli.main(("image", "build", "-C", str(app), "--image", image, "--format", "json"))
    said = capsys.readouterr()
    assert status == 0, said.err
    result = json.loads(said.out)["result"]
    return result["tag"], result["digest"]


def test_pods_pull_what_was_built_with_the_secret_of_their_namespace(
    koala: Cluster, node: Node, app: Path, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gitea, pods = koala.owner.gitea, Pods(koala.kube, "web")
    environment.setenv("BUILDKIT_REGISTRY_AUTH", f"{koala.owner.name}:{koala.owner.token('write:package')}")
    image = f"{gitea.host}/{koala.owner.name}/web"
    login = koala.let_pods_pull()
    tag, first = build(app, image, "first", capsys)
    koala.tool("new-service", "web", "--tag", tag)
    koala.applied(koala.push())
    old = pods.runs(first)

    tag, second = build(app, image, "second", capsys)
    koala.tool("bump", "web", tag, "--digest", second, "--commit")
    koala.applied(koala.publish())
    new = pods.replaces(second)
    assert new != old

    node.forget(image)
    koala.kube.delete("v1", "Pod", new, "web")
    assert pods.runs(second) != new

    listed = koala.checkout / "apps/web/kustomization.yaml"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace(COMPONENT, ""), encoding="utf-8")
    tag, third = build(app, image, "third", capsys)
    koala.tool("bump", "web", tag, "--digest", third)
    koala.applied(koala.push("no credential"))
    pods.are_refused()
    assert second in pods.ready(), "the old pod still serves"
    listed.write_text(text, encoding="utf-8")
    koala.applied(koala.push("the credential again"))
    pods.runs(third)

    path = f"/v2/{koala.owner.name}/web/blobs/uploads/"
    answer = gitea.ask("POST", path, headers={"Authorization": basic(*login.split(":"))})
    assert answer.status in {401, 403}, "the credential that pods have cannot push"


@pytest.mark.usefixtures("node")
def test_a_rollback_does_not_wait_for_a_version_that_never_starts(
    isolated: Cluster, app: Path, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pods = Pods(isolated.kube, "web")
    environment.setenv("BUILDKIT_REGISTRY_AUTH", f"{isolated.owner.name}:{isolated.owner.token('write:package')}")
    image = f"{isolated.owner.gitea.host}/{isolated.owner.name}/web"
    isolated.let_pods_pull()
    tag, digest = build(app, image, "first", capsys)
    isolated.tool("new-service", "web", "--tag", tag)
    isolated.applied(isolated.push(), "web")
    assert digest in pods.ready(), "ready means that its pods are"

    isolated.tool("bump", "web", "never-built", "--commit")
    isolated.publish()
    pods.are_refused()
    assert digest in pods.ready(), "the old pod still serves"
    isolated.tool("rollback", "web", "--commit")
    isolated.applied(isolated.publish(), "web")
    assert isolated.image("web") == f"{image}:{tag}"


@pytest.mark.usefixtures("node", "runner")
def test_a_push_to_the_app_repo_becomes_a_pod(gitea: Gitea, following: Flux, tmp_path: Path) -> None:
    pipeline = Pipeline(gitea, tmp_path, ["web"])
    cluster = Cluster(following, pipeline.infra, pipeline.checkout)
    cluster.let_pods_pull()
    cluster.boot()
    app, pods = App(pipeline, "web"), Pods(cluster.kube, "web")
    write_server(app.place)
    digests = []
    for name in ("first", "second"):
        jobs = app.run(app.push(name))
        assert conclusions(jobs) == {"ci": "success", "deploy": "success"}, jobs["deploy"].log
        following.request()
        digests.append(pipeline.deployed("web").rpartition("@")[2])
        pods.runs(digests[-1])
    assert len({*digests}) == 2
