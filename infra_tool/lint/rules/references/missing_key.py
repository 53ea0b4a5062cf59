"""Pods need a key that their ConfigMap or Secret does not have.

They do not start. A `subPath` that names no key is a warning: the program finds an empty directory where it looks for
its file. The names of keys can be read in encrypted files too, so that no private key is needed to tell. Known as well
are the keys that generators of kustomizations, ExternalSecret, SealedSecret and Certificate give.

```yaml
env:
  - name: DB_PASSWORD
    valueFrom:
      secretKeyRef:
        name: n8n-secrets
        key: db_password         # the key is called DB_PASSWORD
```

Fix: correct the name of the key, or add it: `infra-tool secret set FILE KEY`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Kind
from infra_tool.lint.cluster.keys import keys_of
from infra_tool.lint.cluster.pods import Pod
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.refs import refs_of, sub_paths
from infra_tool.lint.mark import Mark
from infra_tool.repo import did_you_mean

CODE = "R005"
NAME = "missing-key"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield references to keys that an object lacks."""
    for pod in cluster.pods:
        for ref in refs_of(pod):
            for key in ref.keys if not ref.is_optional else ():
                yield from _judge(cluster, pod, ref.kind, ref.name.text, key)
        for ref in sub_paths(pod):
            for key in ref.keys:
                for mark in _judge(cluster, pod, ref.kind, ref.name.text, key):
                    yield mark._replace(severity="warning")


def _judge(cluster: Cluster, pod: Pod, kind: Kind, name: str, key: Leaf) -> Iterator[Mark]:
    known = keys_of(cluster, kind, pod.namespace, name)
    if known is None or "$" in f"{key.text}{name}" or key.text.partition("/")[0] in known:
        return
    help_ = did_you_mean(key.text, known) or f"it has {', '.join(sorted(known))}"
    yield point(pod.owner, key, f"{kind.name} {name} has no key {key.text}", help_)
