"""A Secret of a type that Kubernetes knows lacks a key that the type needs.

The API server refuses it, or the pods that use it do not start: the wrong name of a key is a common cause of
`ImagePullBackOff` and of an Ingress that serves a self-made certificate. The names of the keys can be read in an
encrypted file as well.

```yaml
type: kubernetes.io/tls
stringData:
  cert.pem: ENC[...]               # tls.crt
  tls.key: ENC[...]
```

Fix: rename the key, or leave `type` out (then it is `Opaque`, which needs none).
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import objects_of
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Applied, Facts
from infra_tool.yamldoc import Content, Mapping, lookup, text

CODE = "S016"
NAME = "missing-keys"
SEVERITY: Severity = "error"

NEEDED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
BASIC = "kubernetes.io/basic-auth"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield Secrets that lack a key of their type."""
    if "kubernetes.io/" not in applied.file.text:
        return
    for document in applied.file.documents:
        for root in objects_of(document.root) if document.root is not None else ():
            if text(root, "kind") == "Secret" and (lacks := _lacks(root)):
                message = f"a Secret of type {text(root, 'type')} needs {lacks}"
                yield at(applied.file, lookup(root, "type"), message, "rename the key, or leave the type out")


def _lacks(root: Content) -> str:
    """Return what is missing, in words."""
    fields = [lookup(root, field) for field in ("data", "stringData")]
    keys = {key.value for field in fields if isinstance(field, Mapping) for key, _ in field.pairs()}
    kind = text(root, "type") or ""
    if kind == BASIC:
        return "" if keys & {"username", "password"} else "username or password"
    return " and ".join(key for key in NEEDED.get(kind, ()) if key not in keys)
