"""The data of a ConfigMap or Secret is not base64 where it must be, has a key that cannot be one, or is too large.

Values under `data` of a Secret are base64; under `stringData` they are plain text, which the API server encodes. A
key is made of letters, digits, `-`, `_` and `.`; all values together take at most 1 MiB.

```yaml
kind: ConfigMap
data:
  "nginx conf": ""           # a space
```

Fix: move plain text to `stringData`, rename the key, or split the object.
"""

from infra_tool.finding import Severity

CODE = "K015"
NAME = "wrong-data"
SEVERITY: Severity = "error"
