"""Flux fetches something without TLS: from an `http://` address, or with `insecure: true`.

Whoever is on the way can give the cluster other manifests, charts or images. Addresses within the cluster, of the
machine itself and of private networks are fine.

```yaml
kind: HelmRepository
spec:
  url: http://charts.example.org
```

Fix: write `https://`, or take `insecure` out.
"""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Kind
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, text
from infra_tool.lint.mark import Mark

CODE = "F019"
NAME = "insecure-source"
SEVERITY: Severity = "warning"

KINDS = (
    *(
        Kind("source.toolkit.fluxcd.io", name)
        for name in ("GitRepository", "HelmRepository", "OCIRepository", "Bucket")
    ),
    Kind("image.toolkit.fluxcd.io", "ImageRepository"),
)
INNER = (".svc", ".cluster.local", ".local", ".localhost", ".internal", ".lan", ".home.arpa")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield sources that anybody on the way can change."""
    for one in cluster.of(*KINDS):
        url, insecure = leaf(one.value, "spec", "url"), leaf(one.value, "spec", "insecure")
        if url is not None and url.text.startswith("http://") and not _is_near(url.text):
            yield point(one, url, f"{one.kind.name} {one.name} is fetched without TLS", "write https://")
        address = next(filter(None, (text(one.value, "spec", name) for name in ("url", "endpoint", "image"))), "")
        if insecure is not None and insecure.text == "true" and not _is_near(address):
            yield point(one, insecure, f"{one.kind.name} {one.name} is fetched without TLS", "take insecure out")


def _is_near(address: str) -> bool:
    """Tell whether a host is in the cluster, on the machine, or in a private network; a variable may name one."""
    host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(INNER) or "$" in address
