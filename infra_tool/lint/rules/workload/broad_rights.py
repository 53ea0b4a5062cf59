"""A role allows everything, or somebody gets the role cluster-admin.

A program that may read every Secret or start pods anywhere is as good as the owner of the cluster: whoever breaks
into it is too.

```yaml
rules:
  - apiGroups: ["*"]
    resources: ["*"]
    verbs: ["*"]
```

Fix: name the groups, resources and verbs that are needed, and prefer a Role to a ClusterRole.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf, List
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, Object
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import objects
from infra_tool.lint.cluster.values import get, leaf, maps
from infra_tool.lint.mark import Mark

CODE = "W015"
NAME = "broad-rights"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


ADMIN = "cluster-admin"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield rights that are too broad."""
    for role in objects(cluster, ROLE, CLUSTER_ROLE):
        for rule in maps(role.value, "rules"):
            yield from _rule(role, {field: get(rule, field) for field in ("apiGroups", "resources", "verbs")})
    for binding in objects(cluster, CLUSTER_ROLE_BINDING):
        name = leaf(binding.value, "roleRef", "name")
        if name is not None and name.text == ADMIN:
            yield point(binding, name, f"{binding.name} makes somebody {ADMIN}", "bind a role with fewer rights")


def _rule(role: Object, rule: dict[str, object]) -> Iterator[Mark]:
    verbs = {one.text for one in _leaves(rule["verbs"])}
    for field in ("resources", "verbs"):
        star = next((one for one in _leaves(rule[field]) if one.text == "*"), None)
        if star is not None:
            yield point(role, star, f"role {role.name} allows all {field}", f"name the {field} that are needed")
            return
    for one in _leaves(rule["resources"]):
        if one.text == "secrets" and role.kind == CLUSTER_ROLE and verbs & {"list", "watch"}:
            yield point(role, one, f"role {role.name} may read every Secret", "use a Role of one namespace")
        if one.text == "pods/exec" and verbs & {"create", "get"}:
            yield point(role, one, f"role {role.name} may run commands in any pod", "remove it")


def _leaves(value: object) -> list[Leaf]:
    return [one for one in value if isinstance(one, Leaf)] if isinstance(value, List) else []
