"""A container mounts a volume that its pod does not have.

The API server refuses the object. The other way round, a volume that no container mounts is an info: mostly something
was forgotten.

```yaml
containers:
  - volumeMounts:
      - name: date               # the volume is called data
        mountPath: /data
volumes:
  - name: data
```

Fix: mount a volume of `volumes`, or of a StatefulSet's `volumeClaimTemplates`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.pods import Pod, mounted
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.mark import Mark
from infra_tool.repo import did_you_mean

CODE = "R009"
NAME = "missing-volume"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield mounts of nothing, and volumes that are not mounted."""
    for pod in cluster.pods:
        yield from list(_mounts(pod)) or _unused(pod)


def _unused(pod: Pod) -> Iterator[Mark]:
    used = mounted(pod)
    for volume in maps(pod.spec, "volumes"):
        name = leaf(volume, "name")
        if name is not None and name.text not in used:
            yield point(pod.owner, name, f"no container mounts the volume {name.text}")._replace(severity="info")


def _mounts(pod: Pod) -> Iterator[Mark]:
    templates = maps(pod.owner.value, "spec", "volumeClaimTemplates")
    known = [text(volume, "name") for volume in maps(pod.spec, "volumes")]
    known += [text(template, "metadata", "name") for template in templates]
    for container in pod.containers():
        for mount in (*maps(container, "volumeMounts"), *maps(container, "volumeDevices")):
            name = leaf(mount, "name")
            if name is not None and name.text not in known and "$" not in f"{name.text}{known}":
                help_ = did_you_mean(name.text, known) or "add it to the volumes of the pod"
                yield point(pod.owner, name, f"the pod has no volume {name.text}", help_)
