"""An image of our own registry is pulled without a credential, although other pods pull theirs with one.

The registry refuses: `ImagePullBackOff`. Judged are images of the `registry` of the configuration, once some pod of the
cluster pulls from it with `imagePullSecrets` of its own or of its ServiceAccount. It is a warning, since the nodes may
hold a credential (`registries.yaml` of k3s).

```yaml
spec:
  containers:
    - image: registry.example.org/team/n8n:1.70.0
  # imagePullSecrets is missing
```

Fix: list the component `components/registry-pull` in the kustomization of the service.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import SERVICE_ACCOUNT
from infra_tool.lint.cluster.pods import Pod
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import get, leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "I008"
NAME = "unpullable-image"
SEVERITY: Severity = "warning"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield images that are pulled without a credential."""
    registry = cluster.repo.facts.config.registry
    ours = [(pod, image) for pod in cluster.pods if (image := _image(pod, registry)) is not None]
    without = [(pod, image) for pod, image in ours if not _has_credential(cluster, pod)]
    for pod, image in without if len(without) < len(ours) else ():
        message = f"pods of {pod.owner.name} pull from {registry} without imagePullSecrets"
        yield point(pod.owner, image, message, "list the component components/registry-pull")


def _image(pod: Pod, registry: str | None) -> Leaf | None:
    """Return the first image of a registry."""
    images = (leaf(container, "image") for container in pod.containers())
    return next((one for one in images if one is not None and registry and one.text.startswith(f"{registry}/")), None)


def _has_credential(cluster: Cluster, pod: Pod) -> bool:
    if any(maps(pod.spec, "imagePullSecrets")):
        return True
    name = text(pod.spec, "serviceAccountName") or "default"
    account = cluster.find(SERVICE_ACCOUNT, pod.namespace, name)
    return account is not None and get(account.value, "imagePullSecrets") is not None
