"""The API version of a Flux object is deprecated, or was removed in the target version of Flux (`flux:`).

An error where the configuration says which Flux the clusters have and that one lacks it; else a warning. A version that
the cluster's own definitions still serve is deprecated only.

```yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1beta2      # removed in Flux 2.8
kind: Kustomization
```

Fix: write the apiVersion that the message names, and look whether fields changed with it (then K202 tells). Run
`flux migrate` in the cluster before an upgrade.
"""

from collections.abc import Iterator

from infra_tool import schema
from infra_tool.finding import Severity
from infra_tool.kustomize import objects_of
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Applied, Facts
from infra_tool.schema.source import minor
from infra_tool.yamldoc import Content, lookup, text

CODE = "K103"
NAME = "outdated-flux"
SEVERITY: Severity = "warning"
GROUPS = ".toolkit.fluxcd.io/v"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield Flux objects that a later version will refuse, or this one does."""
    if GROUPS not in applied.file.text:
        return
    for document in applied.file.documents:
        for root in objects_of(document.root) if document.root is not None else ():
            yield from _object(applied, facts, root)


def _object(applied: Applied, facts: Facts, root: Content) -> Iterator[Mark]:
    api_version, kind = text(root, "apiVersion") or "", text(root, "kind") or ""
    found, version = schema.flux_lifetime(api_version, kind), facts.config.flux
    if found is None or (version is not None and minor(version) < minor(found.lifetime.deprecated)):
        return
    known, best = found
    is_served = facts.schemas.customs.defines(api_version, kind)
    is_removed = version is not None and known.is_removed(version) and not is_served
    said = f"was removed in Flux {known.removed}" if is_removed else f"is deprecated since Flux {known.deprecated}"
    later = f", and removed in {known.removed}" if known.removed and not is_removed else ""
    place = lookup(root, "apiVersion")
    mark = at(applied.file, place, f"{kind} {api_version} {said}{later}", f"write apiVersion: {best}")
    yield mark._replace(severity="error") if is_removed else mark
