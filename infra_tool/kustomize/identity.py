"""What an object is called when the build is done, as far as its own words and the kustomizations around it say."""

from collections.abc import Iterable
from typing import NamedTuple

from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.scope import DEFAULT, is_cluster_scoped
from infra_tool.yamldoc import Content, text

KEEPS_NAME = {"Namespace", "CustomResourceDefinition", "APIService"}
"""The kinds that get neither prefix nor suffix."""

LOCAL = "config.kubernetes.io/local-config"


class Identity(NamedTuple):
    """What kustomize tells objects apart by; `namespace` is empty for a kind that has none."""

    group: str
    version: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """Return `Kind/namespace/name`, without the namespace where there is none."""
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part)


def identity(root: Content, transformers: Iterable[KustomizationFile] = ()) -> Identity | None:
    """Return what an object is called after `transformers`, in the order in which they act.

    None for what is no object with a kind and a name. Patches, replacements and plugins are not looked at: see
    `renames`.
    """
    kind, name = text(root, "kind"), text(root, "metadata", "name")
    if not kind or not name:
        return None
    group, _, version = (text(root, "apiVersion") or "").rpartition("/")
    namespace = text(root, "metadata", "namespace") or DEFAULT
    for file in transformers:
        name = _renamed(file, kind, name)
        if file.namespace is not None:
            namespace = file.namespace.value
            name = namespace if kind == "Namespace" and not group else name
    return Identity(group, version, kind, "" if is_cluster_scoped(kind, group, version) else namespace, name)


def is_local(root: Content) -> bool:
    """Tell whether an object is taken out again when the build is done."""
    return text(root, "metadata", "annotations", LOCAL) not in (None, "false")


def _renamed(file: KustomizationFile, kind: str, name: str) -> str:
    if kind in KEEPS_NAME:
        return name
    prefix, suffix = file.name_prefix, file.name_suffix
    return f"{prefix.value if prefix else ''}{name}{suffix.value if suffix else ''}"
