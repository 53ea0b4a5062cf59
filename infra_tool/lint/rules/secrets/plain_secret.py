"""A Secret is in git with its values in the clear.

Everybody who can read the repo, its clones, its backups or its CI logs has them, and git keeps them for ever: a later
commit does not take them back. Each document of a file is looked at. Empty values, the deletion of a Secret by a patch,
tokens that Kubernetes fills in and certificates are fine, and so is a value that only names where it comes from: a
variable that Flux substitutes, or an entry of a password store (`op://`, `ref+vault://`). Beside such variables, only
what is called like a credential, or looks like one, counts.

```yaml
kind: Secret
metadata:
  name: n8n
stringData:
  DB_PASSWORD: hunter2         # in the clear
```

Fix: `infra-tool encrypt-secret FILE`. If it was ever pushed, give the service a new password as well.
"""

import base64
import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint import credentials
from infra_tool.lint.encryption import is_reference
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Facts, Source
from infra_tool.yamldoc import Content, Mapping, Scalar, lookup, text

CODE = "S001"
NAME = "plain-secret"
SEVERITY: Severity = "error"
DEFAULT = re.compile(r"\$\{\w+:?[-=](?!\$)[^}]")
"""A variable with a value for where there is none."""

CERTIFICATES = re.compile(r"(\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+")


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield each Secret that is not encrypted, at its first value."""
    found = [problem for problem in source.problems if problem.kind == "plain-secret"]
    if source.file is None or not found:
        return
    from infra_tool.kustomize import objects_of  # noqa: PLC0415 -- few files need it

    roots = (document.root for document in source.file.documents)
    for root in (one for each in roots if each is not None for one in objects_of(each)):
        harmless = set(map(id, _harmless(root)))
        inside = [
            problem
            for problem in found
            if root.start <= problem.node.start <= root.end and id(problem.node) not in harmless
        ]
        if inside:
            name = text(root, "metadata", "name") or "without a name"
            more = f" ({len(inside)} values in all)" if len(inside) > 1 else ""
            message = f"Secret {name}: {inside[0].message}{more}"
            yield at(source.file, inside[0].node, message, f"infra-tool encrypt-secret {source.path}")


def _harmless(root: Content | None) -> Iterator[Scalar]:
    """Yield values that come from elsewhere, and those beside variables of Flux that do not look like a credential."""
    for values in (lookup(root, "data"), lookup(root, "stringData")):
        if isinstance(values, Mapping):
            scalars = [value for _, value in values.pairs() if isinstance(value, Scalar)]
            yield from (value for value in scalars if is_reference(value.value) or _is_certificate(value.value))
            if any("${" in value.value for value in scalars):
                suspects = {id(each.node) for each in credentials.entries(values)}
                yield from (value for value in scalars if id(value) not in suspects and not DEFAULT.search(value.value))


def _is_certificate(value: str) -> bool:
    """Tell whether a value is PEM, or base64 of it, of certificates and nothing else: those are public."""
    if not value.lstrip().startswith("-----"):
        try:
            value = base64.b64decode(value, validate=True).decode()
        except ValueError:
            return False
    return bool(CERTIFICATES.fullmatch(value))
