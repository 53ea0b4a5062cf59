"""A file was encrypted, and now holds a value in the clear that its selector chooses, or no ciphertext at all.

Somebody added a key by hand: the value is in git for everybody to read. Flux cannot use the file either: it tries to
decrypt the value and fails, and nothing of its Kustomization is applied.

```yaml
stringData:
  DB_PASSWORD: ENC[AES256_GCM,data:...,type:str]
  API_TOKEN: hunter2           # added by hand
sops:
  encrypted_regex: ^(data|stringData)$
```

Fix: `infra-tool encrypt-secret FILE` completes the file with its own data key. If it was ever pushed, give the service
a new value as well.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.encryption import problems
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Source

CODE = "S003"
NAME = "partly-encrypted"
SEVERITY: Severity = "error"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield values that were left in the clear."""
    yield from problems(source, ("partly-encrypted", "nothing-encrypted"), f"infra-tool encrypt-secret {source.path}")
