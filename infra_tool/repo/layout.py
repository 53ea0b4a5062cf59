"""What lies where in an infra repo."""

import re

from infra_tool.edits import Tree, children, is_directory
from infra_tool.errors import UsageError

APPS = "apps"
CLUSTERS = "clusters"
KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""The names under which kustomize looks for its file in a directory."""

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL_LENGTH = 63


def check_name(name: str, what: str) -> None:
    """Raise UsageError unless `name` can be the name of `what` (`a cluster`): a DNS label as in RFC 1123."""
    if not LABEL.fullmatch(name) or len(name) > LABEL_LENGTH:
        raise UsageError(
            f"{name!r} cannot be the name of {what}",
            hint=f"lower-case letters, digits and '-', not at either end, at most {LABEL_LENGTH} characters (RFC 1123)",
        )


def cluster_root(cluster: str) -> str:
    """Return the directory of a cluster."""
    return f"{CLUSTERS}/{cluster}"


def clusters(tree: Tree) -> tuple[str, ...]:
    """Return the names of the clusters, sorted: the directories of `clusters/`."""
    return tuple(name for name in children(tree, CLUSTERS) if is_directory(tree, f"{CLUSTERS}/{name}"))


def services(tree: Tree) -> tuple[str, ...]:
    """Return the names of the services, sorted: the directories of `apps/` that hold a kustomization file."""
    return tuple(name for name in children(tree, APPS) if kustomization_paths(tree, f"{APPS}/{name}"))


def kustomization_paths(tree: Tree, directory: str) -> tuple[str, ...]:
    """Return the kustomization files of a directory: one, none, or more, which kustomize refuses."""
    prefix = f"{directory}/" if directory else ""
    entries = tree.entries
    return tuple(f"{prefix}{name}" for name in KUSTOMIZATION_FILES if f"{prefix}{name}" in entries)
