"""Images are to be pulled with a Secret that is not there, or is not for that.

The kubelet goes on without it, and the registry refuses the pull: `ImagePullBackOff`. The Secret has to be in the
namespace of the pods, and of type `kubernetes.io/dockerconfigjson`.

```yaml
spec:
  imagePullSecrets:
    - name: registry             # the Secret is called registry-pull
```

Fix: correct the name, or put the Secret into the namespace: list the component `components/registry-pull`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import SECRET, SERVICE_ACCOUNT
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.effective import CIPHERTEXT
from infra_tool.lint.mark import Mark

CODE = "R008"
NAME = "missing-pull-secret"
SEVERITY: Severity = "error"

TYPES = ("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield pull secrets of pods and of their accounts that are not there, or of another type."""
    for pod in cluster.pods:
        for one in maps(pod.spec, "imagePullSecrets"):
            yield from _judge(cluster, pod.owner, leaf(one, "name"))
    for account in cluster.of(SERVICE_ACCOUNT):
        for one in maps(account.value, "imagePullSecrets"):
            yield from _judge(cluster, account, leaf(one, "name"))


def _judge(cluster: Cluster, owner: Object, name: Leaf | None) -> Iterator[Mark]:
    if name is None:
        return
    found = cluster.find(SECRET, owner.namespace, name.text)
    yield from absent(cluster, owner, SECRET, name)
    if found is None:
        return
    kind = text(found.value, "type") or "Opaque"
    if kind not in TYPES and not kind.startswith(CIPHERTEXT) and "$" not in kind:
        yield point(owner, name, f"Secret {name.text} is of type {kind}, not {TYPES[0]}", "no image is pulled with it")
