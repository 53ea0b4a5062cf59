"""The target of a patch selects no object.

Kustomize says nothing: the patch changes nothing, and the cluster gets the objects without it. Compared is what is
there when the patch acts, with the names of before; a target without a name is a warning. A patch of a component, or of
a Flux Kustomization, is judged over all that it is used for, and only where its target has a name: such patches are
often for kinds that may be there.

```yaml
patches:
  - target:
      kind: Deployment
      name: n8m                # the Deployment is called n8n
    path: replicas.yaml
```

Fix: correct the target, or take the patch out.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render import Aim
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Mapping, Scalar, text

CODE = "T011"
NAME = "patch-without-target"
SEVERITY: Severity = "error"

FIELDS = ("name", "namespace", "labelSelector", "annotationSelector", "kind", "group", "version")
"""What a target may say, the likeliest to be wrong first."""


def check(repo: Repo) -> Iterator[Mark]:
    """Yield targets that select nothing in any cluster."""
    aims = [aim for cluster in repo.clusters for aim in cluster.aims]
    hit = {_place(aim) for aim in aims if aim.is_hit}
    for place, aim in {_place(aim): aim for aim in aims}.items():
        target = aim.patch.target
        if place not in hit and target is not None and _is_certain(repo, aim, target):
            fields = [target.get(field) for field in _suspects(repo, target)]
            node = next((field for field in fields if isinstance(field, Scalar) and field.value), target)
            words = ", ".join(
                f"{key.value} {value.value}" for key, value in target.pairs() if isinstance(value, Scalar)
            )
            message = f"the target selects nothing: {words}"
            mark = at(aim.file.file, node, message, "correct the target, or take the patch out")
            yield mark if target.get("name") is not None else mark._replace(severity="warning")


def _suspects(repo: Repo, target: Mapping) -> tuple[str, ...]:
    """Return the fields of a target, the likeliest to be wrong first: a kind that no cluster has anything of."""
    kind = text(target, "kind")
    kinds = {one.kind.name for cluster in repo.clusters for one in cluster.objects}
    try:
        is_unknown = kind is not None and not any(re.fullmatch(kind, each) for each in kinds)
    except re.error:
        is_unknown = True
    return ("kind", *FIELDS) if is_unknown else FIELDS


def _place(aim: Aim) -> tuple[str, int]:
    return aim.file.path, aim.patch.node.start


def _is_certain(repo: Repo, aim: Aim, target: Mapping) -> bool:
    is_shared = aim.file.kind == "Component" or repo.graph.load(aim.file.directory).file is not aim.file
    written = aim.file.file.text[target.start : target.end]
    return "$" not in written and (not is_shared or target.get("name") is not None) and not _lists_stubs(repo, aim)


def _lists_stubs(repo: Repo, aim: Aim) -> bool:
    """Tell whether a manifest that is listed holds nothing yet: `flux bootstrap` fills some."""
    paths = (repo.graph.places.target(aim.file.directory, entry.text).path for entry in aim.file.resources)
    return any(path in repo.applied and not repo.graph.manifest(path).has_objects for path in paths)
