"""A route serves a host without TLS, or every host there is.

What goes over it, passwords and sessions included, can be read on the way. A host `*` takes what other routes do
not.

```yaml
kind: Ingress
spec:
  rules:
    - host: n8n.example.org
  # tls: [{hosts: [n8n.example.org], secretName: n8n-tls}]
```

Fix: add `tls` with the host; with cert-manager an annotation for the issuer is all it takes besides.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import INGRESS
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import objects
from infra_tool.lint.cluster.values import get, leaf, maps, words
from infra_tool.lint.mark import Mark

CODE = "W019"
NAME = "plain-ingress"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


HELP = "add spec.tls with the host"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield hosts without TLS."""
    for ingress in objects(cluster, INGRESS):
        tls = list(maps(ingress.value, "spec", "tls"))
        covered = {host for entry in tls for host in words(get(entry, "hosts"))}
        is_whole = any(get(entry, "hosts") is None for entry in tls)
        for rule in maps(ingress.value, "spec", "rules"):
            host = leaf(rule, "host")
            if host is None:
                if not tls:
                    yield point(ingress, rule, f"Ingress {ingress.name} serves every host without TLS", HELP)
            elif not is_whole and not _is_covered(host.text, covered):
                yield point(ingress, host, f"{host.text} is served without TLS", HELP)


def _is_covered(host: str, covered: set[str]) -> bool:
    return host in covered or f"*.{host.partition('.')[2]}" in covered or "$" in host
