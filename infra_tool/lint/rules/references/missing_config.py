"""Pods need a ConfigMap or Secret that is not there.

They do not start (`CreateContainerConfigError`, or a volume that never mounts). Looked at are `env`, `envFrom` and
volumes, also projected ones; a reference that is `optional` may lead nowhere. Known as well is what is made in the
cluster by name: by generators of kustomizations, ExternalSecret, SealedSecret, Certificate. Where something may make
others (a HelmRelease, a resource of an operator), its namespace is not judged.

```yaml
envFrom:
  - secretRef:
      name: n8n-secret           # the Secret is called n8n-secrets
```

Fix: correct the name, or add the object. A Secret that somebody makes by hand is listed in `.infra-tool.yaml` under
`lint: {known: {secrets: [NAMESPACE/NAME]}}`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.refs import refs_of
from infra_tool.lint.mark import Mark

CODE = "R004"
NAME = "missing-config"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield references to what is not there."""
    for pod in cluster.pods:
        for ref in refs_of(pod):
            if not ref.is_optional:
                yield from absent(cluster, pod.owner, ref.kind, ref.name)
