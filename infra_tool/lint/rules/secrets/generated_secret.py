"""A kustomization makes a Secret from values or files that are in git in the clear.

`secretGenerator` writes them base64-encoded into a Secret, which hides nothing: everybody who can read the repo, its
clones or its CI logs has them, and git keeps them for ever. Files that sops encrypted are fine, as long as Flux
decrypts the build; an empty value is, and one that only names a variable which Flux substitutes. A region, host or port
is a warning.

```yaml
secretGenerator:
  - name: n8n
    literals:
      - DB_PASSWORD=hunter2        # in the clear
```

Fix: write the Secret as a file, `infra-tool encrypt-secret` it and list it under `resources:`. If it was ever pushed,
give the service new values as well.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Generator, Is, KustomizationFile
from infra_tool.lint.encryption import is_encrypted, is_reference
from infra_tool.lint.kustomizations import kustomizations
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Scalar, Sequence, lookup

CODE = "S015"
NAME = "generated-secret"
SEVERITY: Severity = "error"

PLACE = re.compile(r"(region|zone|host(name)?|port|bucket|kind|type)$", re.IGNORECASE)
"""The end of a name of what is mostly no secret."""

HELP = "write the Secret as an encrypted file, and list it under resources"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield plain inputs of secret generators."""
    for file in kustomizations(repo):
        for generator in file.generators:
            if generator.field == "secretGenerator":
                yield from _literals(file, generator)
                yield from _files(repo, file, generator)


def _literals(file: KustomizationFile, generator: Generator) -> Iterator[Mark]:
    listed = lookup(generator.node, "literals")
    for item in listed.values() if isinstance(listed, Sequence) else ():
        if isinstance(item, Scalar):
            key, _, value = item.value.partition("=")
            if value.strip("\"'") and not is_reference(value):
                mark = at(file.file, item, f"the value of {key} is in the clear", HELP)
                yield mark._replace(severity="warning") if PLACE.search(key) else mark


def _files(repo: Repo, file: KustomizationFile, generator: Generator) -> Iterator[Mark]:
    for entry in generator.files:
        what, path = repo.graph.places.target(file.directory, entry.text)
        source = repo.sources.get(path)
        if what is Is.FILE and source is not None and source.data.strip() and not is_encrypted(source):
            yield at(file.file, entry.node, f"a Secret is made from {path}, which is not encrypted", HELP)
