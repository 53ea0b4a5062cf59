"""The encryption of a file is damaged: nobody will open it, or nobody will notice that it was changed.

A part of the `sops:` block is missing (MAC, time, version, recipients) or malformed, a recipient's key is mistyped, or
a value is no ciphertext that sops could have written. Flux does not check the MAC, so this is where it is noticed.
Mostly an edit by hand or a merge.

```yaml
sops:
  lastmodified: "2026-01-31T12:00:00Z"
  version: 3.13.2              # and no mac
```

Fix: take the file from the commit before, and change it by `infra-tool secret set`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.encryption import problems
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Source

CODE = "S004"
NAME = "broken-encryption"
SEVERITY: Severity = "error"

HELP = "take the file from an earlier commit, and change it by infra-tool secret set"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield what is broken in metadata and ciphertexts."""
    yield from problems(source, ("broken-metadata", "bad-recipient", "malformed-value"), HELP)
