"""A Service selects no pod.

It gets no endpoints, so that every connection to it is refused and an Ingress in front of it answers 503. Compared are
the labels of pods as the cluster gets them, after what kustomizations add, in the namespace of the Service. Namespaces
in which pods may come from elsewhere (a HelmRelease, an operator's resource) are not judged.

```yaml
kind: Service
spec:
  selector:
    app: n8m               # the pods have app: n8n
```

Fix: select labels that the pod template has. A Service for something outside of the cluster has no selector.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Map
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import POD, SERVICE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.selectors import agrees
from infra_tool.lint.cluster.values import get, text, texts
from infra_tool.lint.mark import Mark

CODE = "R001"
NAME = "selector-without-pods"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield selectors that no pod of their namespace fits."""
    for service in cluster.of(SERVICE):
        selector = get(service.value, "spec", "selector")
        if isinstance(selector, Map) and selector and text(service.value, "spec", "type") != "ExternalName":
            yield from _judge(cluster, service, selector)


def _judge(cluster: Cluster, service: Object, selector: Map) -> Iterator[Mark]:
    wanted = texts(selector)
    pods = cluster.pods_in(service.namespace)
    is_open = "$" in f"{wanted}{service.namespace}{[pod.labels for pod in pods]}"
    if is_open or cluster.may_have_more(POD, service.namespace) or any(agrees(wanted, pod.labels) for pod in pods):
        return
    near = max(pods, key=lambda pod: len(wanted.items() & pod.labels.items()), default=None)
    key = next((key for key in wanted if near is not None and near.labels.get(key) != wanted[key]), next(iter(wanted)))
    help_ = None
    if near is not None:
        has = f"{key}: {near.labels[key]}" if key in near.labels else f"no label {key}"
        help_ = f"the pods of {near.owner} have {has}"
    message = f"no pod in namespace {service.namespace} has {key}: {wanted[key]}"
    yield point(service, selector[key], message, help_)
