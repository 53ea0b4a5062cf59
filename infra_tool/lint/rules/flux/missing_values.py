"""A HelmRelease takes values from a ConfigMap or Secret, or a key of one, that is not there.

Flux does not install the chart: `could not find ConfigMap`, or `missing key`.

```yaml
kind: HelmRelease
spec:
  valuesFrom:
    - kind: ConfigMap
      name: n8n-values
      valuesKey: values.yml    # the key is called values.yaml
```

Fix: correct the name or the key, or mark the entry `optional: true`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Map
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.keys import keys_of
from infra_tool.lint.cluster.object import HELM_RELEASE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import flag, leaf, maps, text
from infra_tool.lint.mark import Mark
from infra_tool.repo import did_you_mean

CODE = "F016"
NAME = "missing-values"
SEVERITY: Severity = "error"

DEFAULT = "values.yaml"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield values that are not there."""
    for one in cluster.of(HELM_RELEASE):
        for source in maps(one.value, "spec", "valuesFrom"):
            if not flag(source, "optional"):
                yield from _judge(cluster, one, source)


def _judge(cluster: Cluster, one: Object, source: Map) -> Iterator[Mark]:
    name, kind = leaf(source, "name"), Kind("", text(source, "kind"))
    if name is None:
        return
    yield from absent(cluster, one, kind, name, charts=False)
    keys, key = keys_of(cluster, kind, one.namespace, name.text), text(source, "valuesKey") or DEFAULT
    if keys is not None and key not in keys and "$" not in f"{key}{name.text}":
        help_ = did_you_mean(key, keys) or f"it has {', '.join(sorted(keys))}"
        yield point(one, leaf(source, "valuesKey") or name, f"{kind.name} {name.text} has no key {key}", help_)
