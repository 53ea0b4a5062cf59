"""Fields of a Flux object contradict each other.

Flux takes, for example, either a chart or a reference to one, and a Receiver needs the Secret that its senders know.
The API server refuses the object, and Flux with it all of the Kustomization.

```yaml
kind: HelmRelease
spec:
  chart: {}
  chartRef: {}               # only one of them
```

Fix: remove or add what the message names.
"""

from infra_tool.finding import Severity

CODE = "K203"
NAME = "wrong-flux-fields"
SEVERITY: Severity = "error"
