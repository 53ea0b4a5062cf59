"""A pod mounts a directory of its node.

The data stays behind when the pod moves to another node, and what breaks in is on the node. With the socket of the
container runtime a pod can start any other, and so is root.

```yaml
volumes:
  - name: data
    hostPath: {path: /var/lib/n8n}
```

Fix: use a PersistentVolumeClaim; for files of the node that are only read, mount them with `readOnly: true` and
suppress this with the reason.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import claims, pods
from infra_tool.lint.cluster.values import leaf
from infra_tool.lint.mark import Mark

CODE = "W011"
NAME = "host-path"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "k3s.sock")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield volumes that are directories of a node."""
    for pod in pods(cluster):
        for volume in claims(pod):
            path = leaf(volume, "hostPath", "path")
            if path is not None:
                is_socket = path.text.rpartition("/")[2] in SOCKETS
                what = ", the socket of the container runtime" if is_socket else ""
                yield point(pod.owner, path, f"the pod mounts {path.text} of its node{what}", "use a volume claim")
