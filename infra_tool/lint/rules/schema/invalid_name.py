"""A name, label or annotation has characters that it cannot have, or is too long.

Most names are made of lower-case letters, digits and `-`, with a letter or digit at both ends; labels take upper-case
letters, `_` and `.` as well, at most 63 of them. Only the value of an annotation is free.

```yaml
metadata:
  name: my_app               # my-app
```

Fix: rename it, and everything that refers to it.
"""

from infra_tool.finding import Severity

CODE = "K009"
NAME = "invalid-name"
SEVERITY: Severity = "error"
