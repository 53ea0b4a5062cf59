"""A quantity, duration, schedule, share, time zone or address is not written as its field takes it.

```yaml
resources:
  limits:
    memory: 128MB            # 128M or 128Mi
```

```yaml
schedule: "0 3 * *"          # five fields
```

Fix: write it as the message says. `m` is a thousandth: `memory: 128m` is less than a byte.
"""

from infra_tool.finding import Severity

CODE = "K008"
NAME = "wrong-format"
SEVERITY: Severity = "error"
