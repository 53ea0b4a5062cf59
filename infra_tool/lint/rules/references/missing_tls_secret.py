"""An Ingress wants a TLS Secret that is not there and that nothing makes.

The proxy answers with a certificate that it made itself, so that browsers warn. cert-manager makes the Secret where an
annotation of the Ingress names an issuer, or a Certificate has the `secretName`.

```yaml
kind: Ingress
spec:
  tls:
    - hosts: [n8n.example.org]
      secretName: n8n-tls      # no such Secret, and no cert-manager.io/cluster-issuer
```

Fix: add the annotation, a Certificate, or the Secret.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import INGRESS, SECRET
from infra_tool.lint.cluster.values import leaf, maps
from infra_tool.lint.mark import Mark

CODE = "R018"
NAME = "missing-tls-secret"
SEVERITY: Severity = "warning"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield Secrets that are not there."""
    for ingress in cluster.of(INGRESS):
        for tls in maps(ingress.value, "spec", "tls"):
            name = leaf(tls, "secretName")
            if name is not None:
                yield from absent(cluster, ingress, SECRET, name)
