"""A port is out of range, has a name that a port cannot have, or the same name as another one.

The name of a port has at most 15 characters: lower-case letters, digits and `-`. Node ports are taken from 30000 to
32767, unless the API server was told otherwise: a warning.

```yaml
ports:
  - containerPort: 80800     # at most 65535
```

Fix: correct the number or the name; put a number that is meant as one not in quotes.
"""

from infra_tool.finding import Severity

CODE = "K007"
NAME = "wrong-port"
SEVERITY: Severity = "error"
