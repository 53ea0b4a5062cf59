"""The feature gate of kustomize-controller that lets a fix end the wait for a rollout that is broken.

Without CancelHealthCheckOnNewRevision a Flux Kustomization with `wait: true` looks at the next commit only when its
timeout is over: a rollback waits for what it rolls back.
"""

from typing import Literal

from infra_tool import repo, yamldoc
from infra_tool.edits import Edits, Tree
from infra_tool.yamldoc import Mapping, Value

Gate = Literal["set", "patched", "by hand", "elsewhere"]

GATE = "CancelHealthCheckOnNewRevision"
KEY = "patches"
COMPONENTS = "gotk-components.yaml"
PATCH = f"""\
# A new revision ends the wait for one that does not get healthy: a rollback need not wait for the timeout.
- target:
    kind: Deployment
    name: kustomize-controller
  patch: |-
    - op: add
      path: /spec/template/spec/containers/0/args/-
      value: --feature-gates={GATE}=true
"""


def patched(tree: Tree, cluster: str) -> tuple[Edits, Gate]:
    """Return what sets the gate where the repo holds Flux itself, and how it stands.

    `set`: it is there already; `patched`: the edits set it; `by hand`: the kustomization has patches of its own, which
    are not touched; `elsewhere`: Flux is not in this repo.
    """
    place = directory(tree, cluster)
    if place is None:
        return Edits(), "elsewhere"
    around = [name for name in tree.entries if name.startswith(f"{place}/")]
    if any(GATE.encode() in data for data in tree.read_many(around).values()):
        return Edits(), "set"
    lists = repo.kustomization_paths(tree, place)
    file = yamldoc.parse(tree.read(lists[0]), lists[0]) if len(lists) == 1 else None
    root = file.documents[0].root if file and file.documents else None
    if file is None or not isinstance(root, Mapping) or root.flow or root.get(KEY) is not None:
        return Edits(), "by hand"
    made = yamldoc.set_key(file, root, KEY, PATCH.rstrip("\n"))
    data = yamldoc.apply_checked(file, [made], _with_patch)
    return Edits().write(file.path, data, tree.entries[file.path].mode), "patched"


def directory(tree: Tree, cluster: str) -> str | None:
    """Return the directory in which the repo holds a cluster's Flux; None where it does not."""
    inside = f"{repo.cluster_root(cluster)}/"
    found = (path for path in tree.entries if path.startswith(inside) and path.endswith(f"/{COMPONENTS}"))
    return next((path.rpartition("/")[0] for path in found), None)


def _with_patch(documents: list[Value]) -> list[Value]:
    root, patch = documents[0], yamldoc.parse(PATCH.encode()).documents[0].root
    if isinstance(root, dict) and patch is not None:
        root[KEY] = yamldoc.resolve(patch, "manifest")
    return documents
