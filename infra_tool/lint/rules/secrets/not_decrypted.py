"""An encrypted file is an input of a generator in a Component: Flux does not decrypt it.

Flux decrypts the inputs of the generators of a Kustomization and of those that it lists as resources, but not of
Components (fluxcd/flux2#4945): the pods get the ciphertext.

```yaml
kind: Component
secretGenerator:
  - name: n8n
    envs: [secrets.enc.env]
```

Fix: write the Secret as an encrypted manifest, and list it under `resources`, as in any other place.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Is
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.kustomizations import kustomizations
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo

CODE = "S020"
NAME = "not-decrypted"
SEVERITY: Severity = "warning"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield inputs of which the cluster gets the ciphertext."""
    for file in kustomizations(repo):
        for generator in file.generators if file.kind == "Component" else ():
            for entry in generator.files:
                what, path = repo.graph.places.target(file.directory, entry.text)
                source = repo.sources.get(path)
                if what is Is.FILE and source is not None and is_encrypted(source):
                    message = f"Flux does not decrypt {path}: it is an input of a Component's generator"
                    yield at(file.file, entry.node, message, "write it as an encrypted Secret, listed under resources")
