"""A recipient that was revoked (`lint.revoked`) can still read an encrypted file.

Taking a key out of `.sops.yaml` does not take it out of files that are encrypted already; and what the key has read it
keeps: such secrets need new values.

```yaml
lint:
  revoked:
    - age1...                # the lost laptop
```

Fix: `infra-tool secret rotate`, then give what the file holds new values.
"""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.finding import Severity
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Facts, Source
from infra_tool.yamldoc import Node, Scalar, Sequence

CODE = "S019"
NAME = "revoked-recipient"
SEVERITY: Severity = "error"


def check(source: Source, facts: Facts) -> Iterator[Mark]:
    """Yield recipients that must not read the file any more."""
    revoked = facts.config.lint.revoked
    if not revoked or source.file is None or not is_encrypted(source):
        return
    found = sops.read_metadata(source.file)
    for recipient in found.recipients if found is not None else ():
        if recipient.text in revoked:
            place = next(_scalars(found.node, recipient.text), found.node) if found is not None else None
            message = f"{recipient.text} was revoked and can still read this file"
            yield at(source.file, place, message, f"infra-tool secret rotate {source.path}")


def _scalars(node: Node, text: str) -> Iterator[Node]:
    if isinstance(node, Scalar):
        yield from (node,) if node.value == text else ()
    elif isinstance(node, Sequence):
        for item in node.values():
            yield from _scalars(item, text)
    elif hasattr(node, "items"):
        for _, value in node.items:
            yield from _scalars(value, text)
