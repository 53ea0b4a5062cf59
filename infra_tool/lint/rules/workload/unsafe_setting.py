"""A pod has a setting that is known to be dangerous.

Kernel settings that are not limited to the pod (`sysctls`), an unmasked /proc, or a server for ssh: a container is
not a machine to log in to.

```yaml
securityContext:
  sysctls:
    - {name: kernel.msgmax, value: "65536"}
```

Fix: remove it; `kubectl exec` opens a shell.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import containers, name_of, pods
from infra_tool.lint.cluster.values import leaf, maps
from infra_tool.lint.mark import Mark

CODE = "W023"
NAME = "unsafe-setting"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


SAFE = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
}
"""What Kubernetes lets every pod set (https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/)."""

SSH = "22"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield dangerous settings."""
    for pod in pods(cluster):
        for sysctl in maps(pod.spec, "securityContext", "sysctls"):
            name = leaf(sysctl, "name")
            if name is not None and name.text not in SAFE:
                yield point(pod.owner, name, f"{name.text} is set for the whole node", "remove it")
    for pod, container in containers(cluster):
        mount = leaf(container, "securityContext", "procMount")
        if mount is not None and mount.text == "Unmasked":
            yield point(pod.owner, mount, f"container {name_of(container)} sees all of /proc", "remove the line")
        for port in maps(container, "ports"):
            number = leaf(port, "containerPort")
            if number is not None and number.text == SSH:
                yield point(pod.owner, number, f"container {name_of(container)} serves ssh", "use kubectl exec")
