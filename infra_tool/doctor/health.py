"""Whether a rollback must wait for the rollout that it rolls back."""

from collections.abc import Iterator

from infra_tool import repo
from infra_tool.doctor.line import Here, Line
from infra_tool.scaffold import health_checks
from infra_tool.scaffold.health_checks import GATE

NAME = "flux"


def check(here: Here) -> Iterator[Line]:
    """Look for the feature gate in each cluster whose Flux is in the repo."""
    for cluster in repo.clusters(here.tree):
        yield _line(cluster, health_checks.patched(here.tree, cluster)[1])


def _line(cluster: str, gate: health_checks.Gate) -> Line:
    argument = f"--feature-gates={GATE}=true"
    if gate == "set":
        return Line("ok", f"{cluster}: a rollback does not wait for the rollout that it rolls back")
    if gate == "elsewhere":
        where = f"an argument of kustomize-controller: {argument}"
        return Line(
            "unchecked", f"{cluster}: Flux itself is not in this repo, so its feature gates are not known", where
        )
    mend = (
        f"infra-tool new-cluster {cluster}" if gate == "patched" else f"an argument of kustomize-controller: {argument}"
    )
    return Line("warn", f"{cluster}: a rollback waits for the rollout that it rolls back", mend)
