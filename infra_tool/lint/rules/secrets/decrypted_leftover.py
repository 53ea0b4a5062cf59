"""A file that somebody decrypted to is in the tree: `*.dec.yaml`, `*.plain.yaml`, `.decrypted~*`.

Such a file holds secrets in the clear and is one `git add -A` from being pushed, if it is not already.

```text
apps/n8n/secrets.dec.yaml
```

Fix: delete it, and put its pattern into `.gitignore`. If it was ever pushed, give the service new values.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Source

CODE = "S017"
NAME = "decrypted-leftover"
SEVERITY: Severity = "error"

LEFTOVER = re.compile(r"\.(dec|decrypted|plain)\.(ya?ml|json|env|ini)$|(^|/)\.decrypted~[^/]*$")


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield files by their names."""
    if LEFTOVER.search(source.path):
        help_ = "delete it, and put its pattern into .gitignore"
        yield Mark(source.path, 1, 1, None, None, "this looks like a decrypted secret, left over", help_)
