"""Pods of a service on the rig's node, as the API tells of them, and a program for them to run."""

from pathlib import Path
from typing import Any

from rig.flux import APPLIES
from rig.kube import Kube
from rig.node import compiled
from rig.process import wait

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


def write_server(place: Path) -> None:
    """Write an image into an app repo: a server at port 8080, and the file `work`, by which versions differ."""
    source = place.parent / "server.c"
    source.write_text(SERVER, encoding="utf-8")
    compiled(source, place / "server")
    (place / "Dockerfile").write_text('FROM scratch\nCOPY server work /\nENTRYPOINT ["/server"]\n', encoding="utf-8")


class Pods:
    """The pods of one service, in the namespace of its name."""

    def __init__(self, kube: Kube, service: str) -> None:
        self._kube = kube
        self._service = service

    def all(self) -> list[Pod]:
        found = self._kube.list("v1", "Pod", self._service)
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def ready(self) -> dict[str, str]:
        """Return the names of the pods that are ready at this moment, by the digest of their image."""
        return {image(pod): pod["metadata"]["name"] for pod in self.all() if is_ready(pod)}

    def runs(self, digest: str) -> str:
        """Wait until a pod is ready with an image, and return its name."""
        return self._wait(lambda: self.ready().get(digest, ""), f"a pod of {digest}")

    def replaces(self, digest: str) -> str:
        """Wait as `runs` does; at each moment until then another pod must be ready."""

        def replaced() -> str:
            ready = self.ready()
            assert ready, "no pod serves"
            return ready.get(digest, "")

        return self._wait(replaced, f"a pod of {digest}")

    def are_refused(self) -> None:
        """Wait until a pod cannot pull its image."""

        def refused() -> bool:
            reasons = (state(pod).get("state", {}).get("waiting", {}).get("reason") for pod in self.all())
            return any(reason in REFUSED for reason in reasons)

        self._wait(refused, "a pod whose image is refused")

    def _wait(self, condition: Any, what: str) -> Any:  # noqa: ANN401 -- as its condition
        return wait(condition, what, *self._kube.parts, seconds=APPLIES)


def state(pod: Pod) -> dict[str, Any]:
    """Return the state of a pod's one container."""
    return next(iter(pod["status"].get("containerStatuses", ())), {})


def image(pod: Pod) -> str:
    """Return the digest of the image that a pod runs."""
    return str(state(pod).get("imageID", "")).rpartition("@")[2]


def is_ready(pod: Pod) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", ()))
