"""What is deployed runs: pods on a real node, pulled from the private registry with the credential that Flux decrypted.

The server, the controllers, the kubelet, containerd and runc are real, and the image is one that `image build` made.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from rig import programs
from rig.buildkit import Buildkit
from rig.cluster import Cluster
from rig.flux import APPLIES, Flux
from rig.gitea import Gitea, basic
from rig.node import Node, compiled
from rig.pipeline import git
from rig.process import wait

from infra_tool import cli

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SERVER = """\
#include <netinet/in.h>
#include <signal.h>
#include <unistd.h>
static void stop(int signal) { _exit(0); }
int main(void) {
  struct sockaddr_in all = {.sin_family = AF_INET, .sin_port = htons(8080)};
  int server = socket(AF_INET, SOCK_STREAM, 0);
  signal(SIGTERM, stop);
  if (bind(server, (struct sockaddr *)&all, sizeof all) || listen(server, 8)) return 1;
  for (;;) close(accept(server, 0, 0));
}
"""
REFUSED = {"ErrImagePull", "ImagePullBackOff"}

Pod = dict[str, Any]


class Web:
    """An app whose images are built, the service that runs it, and its pods."""

    def __init__(self, cluster: Cluster, node: Node, registry: str, place: Path) -> None:
        self.cluster = cluster
        self.node = node
        self.image = f"{registry}/{cluster.owner.name}/web"
        self._place = place
        place.mkdir()
        (place.parent / "server.c").write_text(SERVER, encoding="utf-8")
        compiled(place.parent / "server.c", place / "server")
        (place / "Dockerfile").write_text(
            'FROM scratch\nCOPY server work /\nENTRYPOINT ["/server"]\n', encoding="utf-8"
        )
        git("init", "-q", "-b", "main", cwd=place)

    def build(self, name: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
        """Build and push an image that differs by a name; return its tag and digest."""
        (self._place / "work").write_text(name, encoding="utf-8")
        git("add", "-A", cwd=self._place)
        git("commit", "-q", "-m", name, cwd=self._place)
        capsys.readouterr()
        status = cli.main(("image", "build", "-C", str(self._place), "--image", self.image, "--format", "json"))
        said = capsys.readouterr()
        assert status == 0, said.err
        result = json.loads(said.out)["result"]
        return result["tag"], result["digest"]

    def pods(self) -> list[Pod]:
        return [pod for pod in self.node.pods("web") if "deletionTimestamp" not in pod["metadata"]]

    def ready(self) -> dict[str, str]:
        """Return the names of the pods that are ready at this moment, by the digest of their image."""
        return {image(pod): pod["metadata"]["name"] for pod in self.pods() if is_ready(pod)}

    def runs(self, digest: str) -> str:
        """Wait until a pod is ready with an image, and return its name."""
        return wait(lambda: self.ready().get(digest, ""), f"a pod of {digest}", *self._parts, seconds=APPLIES)

    def replaces(self, digest: str) -> str:
        """Wait as `runs` does; at each moment until then another pod must be ready."""

        def replaced() -> str:
            ready = self.ready()
            assert ready, "no pod serves"
            return ready.get(digest, "")

        return wait(replaced, f"a pod of {digest}", *self._parts, seconds=APPLIES)

    def is_refused(self) -> None:
        """Wait until a pod cannot pull its image."""

        def refused() -> bool:
            reasons = (state(pod).get("state", {}).get("waiting", {}).get("reason") for pod in self.pods())
            return any(reason in REFUSED for reason in reasons)

        wait(refused, "a pod whose image is refused", *self._parts, seconds=APPLIES)

    @property
    def _parts(self) -> tuple[Any, ...]:
        return tuple(self.cluster.kube.parts)


def state(pod: Pod) -> dict[str, Any]:
    """Return the state of a pod's one container."""
    return next(iter(pod["status"].get("containerStatuses", ())), {})


def image(pod: Pod) -> str:
    """Return the digest of the image that a pod runs."""
    return str(state(pod).get("imageID", "")).rpartition("@")[2]


def is_ready(pod: Pod) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", ()))


@pytest.fixture
def web(
    following: Flux, pods: Node, gitea: Gitea, buildkit: Buildkit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Web:
    """Return an app that is not deployed yet, whose owner's packages are private."""
    cluster = Cluster(gitea, following, tmp_path, pulls=True)
    monkeypatch.setenv("PATH", f"{programs.BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("BUILDKIT_HOST", buildkit.address)
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", f"{cluster.owner.name}:{cluster.owner.token('write:package')}")
    return Web(cluster, pods, gitea.host, tmp_path / "app")


def test_pods_run_what_was_built_and_pull_it_with_the_secret_of_their_namespace(
    web: Web, gitea: Gitea, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = web.cluster
    tag, first = web.build("first", capsys)
    cluster.tool("new-service", "web", "--tag", tag)
    cluster.applied(cluster.push())
    old = web.runs(first)

    tag, second = web.build("second", capsys)
    cluster.tool("bump", "web", tag, "--digest", second, "--commit")
    cluster.applied(cluster.publish())
    new = web.replaces(second)
    assert new != old

    web.node.forget(web.image)
    cluster.kube.delete("v1", "Pod", new, "web")
    assert web.runs(second) != new

    without = cluster.checkout / "apps/web/kustomization.yaml"
    text = without.read_text(encoding="utf-8")
    without.write_text(text.replace("components:\n  - ../../components/registry-pull\n", ""), encoding="utf-8")
    tag, third = web.build("third", capsys)
    cluster.tool("bump", "web", tag, "--digest", third)
    cluster.applied(cluster.push("no credential"))
    web.is_refused()
    assert second in web.ready(), "the old pod still serves"
    without.write_text(text, encoding="utf-8")
    cluster.applied(cluster.push("the credential again"))
    web.runs(third)

    path = f"/v2/{cluster.owner.name}/web/blobs/uploads/"
    answer = gitea.ask("POST", path, headers={"Authorization": basic(*cluster.reader.split(":"))})
    assert answer.status in {401, 403}, "the credential that pods have cannot push"
