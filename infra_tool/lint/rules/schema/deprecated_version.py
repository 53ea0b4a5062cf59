"""The API version of an object is deprecated in the target version of Kubernetes (`kubernetes:`).

It still works; a later version, which the message names, will refuse it.

```yaml
apiVersion: flowcontrol.apiserver.k8s.io/v1beta3     # with `kubernetes: "1.31"`
kind: FlowSchema
```

Fix: write the apiVersion that the message names, when every cluster is new enough to have it.
"""

from collections.abc import Iterator

from infra_tool import schema
from infra_tool.finding import Severity
from infra_tool.kustomize import objects_of
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Applied, Facts
from infra_tool.yamldoc import lookup, text

CODE = "K102"
NAME = "deprecated-version"
SEVERITY: Severity = "warning"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield objects that a later version will refuse."""
    version = facts.config.kubernetes
    for document in applied.file.documents:
        for root in objects_of(document.root) if document.root is not None else ():
            api_version, kind = text(root, "apiVersion"), text(root, "kind")
            known = schema.lifetime(api_version, kind)
            if known is not None and known.is_deprecated(version):
                end = f", and removed in {known.removed}" if known.removed else ""
                message = f"{kind} {api_version} is deprecated in Kubernetes {version}{end}"
                best = next((home for home in facts.schemas.homes(kind or "") if home != api_version), None)
                help_ = f"write apiVersion: {best}" if best is not None else None
                yield at(applied.file, lookup(root, "apiVersion"), message, help_)
