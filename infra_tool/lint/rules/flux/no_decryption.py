"""A Flux Kustomization applies encrypted files and is not told to decrypt.

Flux then applies the ciphertext as it is: the API server refuses it with `illegal base64 data`, or takes it, and the
service starts with `ENC[AES256_GCM,...]` for a password. Decryption that a patch of the parent adds counts.

```yaml
kind: Kustomization
spec:
  path: ./apps/n8n             # holds secrets.enc.yaml
  # decryption: {provider: sops, secretRef: {name: sops-age}}
```

Fix: add `spec.decryption`, as in the example.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.flux import FluxKustomization
from infra_tool.kustomize import Build
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Mapping, lookup

CODE = "F006"
NAME = "no-decryption"
SEVERITY: Severity = "error"

HELP = "add spec.decryption: {provider: sops, secretRef: {name: sops-age}}"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield Flux Kustomizations that pass ciphertext on."""
    for each in repo.flux:
        build = repo.builds.get(each.path) if each.is_own and each.path is not None else None
        if build is None or each.decrypts:
            continue
        found = list(_encrypted(repo, build))
        if found:
            more = f" ({len(found)} such files in all)" if len(found) > 1 else ""
            yield _mark(each, f"{each.name} does not decrypt, and applies {found[0]}, which is encrypted{more}")


def _encrypted(repo: Repo, build: Build) -> Iterator[str]:
    """Yield the encrypted files that a build takes in, each once."""
    paths = dict.fromkeys((*(file.path for file in build.files), *(file.path for file in build.inputs)))
    for path in paths:
        source = repo.sources.get(path)
        if source is not None and is_encrypted(source):
            yield path


def _mark(each: FluxKustomization, message: str) -> Mark:
    place = each.path_node
    if place is None:
        spec = each.root.key("spec") if isinstance(lookup(each.root, "spec"), Mapping) else None
        return at(each.file, spec or each.root, message, HELP)
    return at(each.file, place, message, HELP)
