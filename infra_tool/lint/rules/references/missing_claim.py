"""Pods need a PersistentVolumeClaim that is not there.

They stay `Pending`. Claims that a StatefulSet makes of its `volumeClaimTemplates` are known; one of these that no
container mounts is a warning: data goes to the container's own file system and is lost with it.

```yaml
volumes:
  - name: data
    persistentVolumeClaim:
      claimName: n8n             # the claim is called n8n-data
```

Fix: correct the name, or add the claim.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import CLAIM, STATEFUL_SET
from infra_tool.lint.cluster.pods import Pod, mounted
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, maps
from infra_tool.lint.mark import Mark

CODE = "R006"
NAME = "missing-claim"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield claims that are not there, and templates of some that nothing uses."""
    for pod in cluster.pods:
        for volume in maps(pod.spec, "volumes"):
            name = leaf(volume, "persistentVolumeClaim", "claimName")
            if name is not None:
                yield from absent(cluster, pod.owner, CLAIM, name)
        if pod.owner.kind == STATEFUL_SET:
            yield from _unused(pod)


def _unused(pod: Pod) -> Iterator[Mark]:
    used = mounted(pod)
    for template in maps(pod.owner.value, "spec", "volumeClaimTemplates"):
        name = leaf(template, "metadata", "name")
        if name is not None and name.text not in used:
            mark = point(pod.owner, name, f"no container mounts {name.text}", "mount it, or take the template out")
            yield mark._replace(severity="warning")
