"""A field or annotation is deprecated: it still works, or is passed over without a word.

The API server warns, if anybody looks. Some of them stopped doing anything long ago, such as the annotations for
seccomp and AppArmor profiles.

```yaml
spec:
  serviceAccount: n8n          # serviceAccountName
```

Fix: write the field that the message names.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import objects_of
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Applied, Facts
from infra_tool.yamldoc import Content, Mapping, Sequence, lookup, text

CODE = "K104"
NAME = "outdated-field"
SEVERITY: Severity = "warning"

ANNOTATIONS = {
    "kubernetes.io/ingress.class": "spec.ingressClassName",
    "seccomp.security.alpha.kubernetes.io/pod": "securityContext.seccompProfile",
    "scheduler.alpha.kubernetes.io/critical-pod": "priorityClassName",
    "volume.beta.kubernetes.io/storage-class": "spec.storageClassName",
    "volume.beta.kubernetes.io/mount-options": "spec.mountOptions",
    "service.alpha.kubernetes.io/tolerate-unready-endpoints": "spec.publishNotReadyAddresses",
}
PREFIXES = {
    "container.seccomp.security.alpha.kubernetes.io/": "securityContext.seccompProfile",
    "container.apparmor.security.beta.kubernetes.io/": "securityContext.appArmorProfile",
}
"""Annotations of pods, by the beginning: the rest names a container."""

HINTS = (*ANNOTATIONS, *PREFIXES, "serviceAccount:", "gitRepo:")


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield what has a successor."""
    if not any(hint in applied.file.text for hint in HINTS):
        return
    from infra_tool.lint.cluster.pods import TEMPLATES  # noqa: PLC0415 -- few manifests need it

    pods = {kind.name: path for kind, path in TEMPLATES.items()}
    for document in applied.file.documents:
        for root in objects_of(document.root) if document.root is not None else ():
            yield from _annotations(applied, lookup(root, "metadata", "annotations"))
            path = pods.get(text(root, "kind") or "")
            if path is not None:
                yield from _pod(applied, lookup(root, *path))


def _annotations(applied: Applied, node: Content | None) -> Iterator[Mark]:
    for key, _ in node.pairs() if isinstance(node, Mapping) else ():
        prefix = next((start for start in PREFIXES if key.value.startswith(start)), None)
        instead = PREFIXES[prefix] if prefix is not None else ANNOTATIONS.get(key.value)
        if instead is not None:
            yield at(applied.file, key, f"the annotation {key.value} is deprecated", f"write {instead}")


def _pod(applied: Applied, template: Content | None) -> Iterator[Mark]:
    yield from _annotations(applied, lookup(template, "metadata", "annotations")) if template is not None else ()
    spec = lookup(template, "spec")
    account = spec.key("serviceAccount") if isinstance(spec, Mapping) else None
    if account is not None and not text(spec, "serviceAccountName"):
        yield at(applied.file, account, "serviceAccount is deprecated", "write serviceAccountName")
    volumes = lookup(spec, "volumes")
    for volume in volumes.values() if isinstance(volumes, Sequence) else ():
        key = volume.key("gitRepo") if isinstance(volume, Mapping) else None
        if key is not None:
            help_ = "clone in an initContainer into an emptyDir"
            yield at(applied.file, key, "volumes of type gitRepo are deprecated", help_)
