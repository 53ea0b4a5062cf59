"""`apiVersion`, `kind` or something in `metadata` of an object is encrypted.

kustomize, which runs before Flux decrypts, cannot tell what the object is, and the build fails. It happens when the
rule that the file was encrypted by has no `encrypted_regex`: then sops encrypts every value. A file that no cluster
gets may be encrypted whole.

```yaml
apiVersion: ENC[AES256_GCM,data:...,type:str]
kind: ENC[AES256_GCM,data:...,type:str]
```

Fix: give the rule in `.sops.yaml` `encrypted_regex: ^(data|stringData)$`, decrypt the file and encrypt it again.
"""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Applied, Facts

CODE = "S008"
NAME = "encrypted-structure"
SEVERITY: Severity = "error"

HELP = "give the rule encrypted_regex: ^(data|stringData)$, decrypt the file and encrypt it again"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield ciphertext where kustomize reads."""
    for problem in sops.inspect(applied.file) if "ENC[" in applied.file.text else ():
        if problem.kind == NAME:
            yield at(applied.file, problem.node, problem.message, HELP)
