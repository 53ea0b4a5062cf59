"""An encrypted value stands in two files: somebody copied it.

Who can read the one file has the secret of the other, whatever its recipients are; and a new value in one leaves the
old one in the other.

```yaml
# apps/n8n/secrets.enc.yaml and apps/api/secrets.enc.yaml
DB_PASSWORD: ENC[AES256_GCM,data:3a1f...]
```

Fix: keep the value in one place, or set it anew in each with `infra-tool secret set`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Node, Scalar, Sequence, YamlFile

CODE = "S018"
NAME = "copied-ciphertext"
SEVERITY: Severity = "info"

CIPHERTEXT = "ENC[AES256_GCM,data:"
SHORTEST = 80
"""Characters of ciphertext; shorter ones, such as of an empty text, say little."""

METADATA = "sops"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield values that are in an earlier file as well."""
    seen: dict[str, str] = {}
    for path, source in sorted(repo.sources.items()):
        if source.file is None or not is_encrypted(source):
            continue
        copies = [node for node in _values(source.file) if seen.setdefault(node.value, path) != path]
        if copies:
            more = f" ({len(copies)} values in all)" if len(copies) > 1 else ""
            message = f"this very ciphertext is in {seen[copies[0].value]} too{more}"
            yield at(source.file, copies[0], message, "set the value anew in one of them")


def _values(file: YamlFile) -> Iterator[Scalar]:
    for document in file.documents:
        if document.root is not None:
            yield from _below(document.root)


def _below(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        if node.value.startswith(CIPHERTEXT) and len(node.value) >= SHORTEST:
            yield node
    elif isinstance(node, Sequence):
        for item in node.values():
            yield from _below(item)
    elif hasattr(node, "items"):
        for key, value in node.items:
            if not (isinstance(key, Scalar) and key.value == METADATA):
                yield from _below(value)
