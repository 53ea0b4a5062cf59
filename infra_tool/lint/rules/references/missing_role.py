"""A binding gives a role that is not there, or gives it to a ServiceAccount that is not there.

Kubernetes accepts it, and whoever was to have the rights has none: the program gets `forbidden`.

```yaml
kind: RoleBinding
roleRef:
  kind: Role
  name: n8m                    # the Role is called n8n
```

Fix: correct the name, or the namespace of the subject.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import (
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    ROLE,
    ROLE_BINDING,
    SERVICE_ACCOUNT,
)
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "R014"
NAME = "missing-role"
SEVERITY: Severity = "warning"

BUILT_IN = ("admin", "cluster-admin", "edit", "view")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield roles and accounts that are not there."""
    for binding in cluster.of(ROLE_BINDING, CLUSTER_ROLE_BINDING):
        yield from _role(cluster, binding)
        for subject in maps(binding.value, "subjects"):
            name, namespace = leaf(subject, "name"), text(subject, "namespace") or binding.namespace
            if name is not None and namespace and text(subject, "kind") == SERVICE_ACCOUNT.name:
                yield from absent(cluster, binding, SERVICE_ACCOUNT, name, namespace=namespace)


def _role(cluster: Cluster, binding: Object) -> Iterator[Mark]:
    name, kind = leaf(binding.value, "roleRef", "name"), text(binding.value, "roleRef", "kind")
    if name is None or name.text in BUILT_IN or name.text.startswith("system:"):
        return
    if kind == ROLE.name and binding.namespace:
        yield from absent(cluster, binding, ROLE, name)
    elif kind == CLUSTER_ROLE.name:
        found = list(absent(cluster, binding, CLUSTER_ROLE, name, namespace=""))
        is_here = cluster.has(ROLE, binding.namespace, name.text) and not cluster.has(CLUSTER_ROLE, "", name.text)
        if is_here and not found:
            message = f"there is no ClusterRole {name.text}: it is a Role of namespace {binding.namespace}"
            found = [point(binding, leaf(binding.value, "roleRef", "kind"), message, "write kind: Role")]
        yield from found
