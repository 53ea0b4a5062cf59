"""One broken service: in the layout isolated the others go on, in shared they stop with it.

Flux, its impersonation and the RBAC of the API server are real; nothing runs pods here, and so no Kustomization that
waits for them becomes ready.
"""

import pytest
from rig.cluster import Cluster

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LISTED = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - {}\n"
STRAY = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: stray\n  namespace: good\n"


def serve(cluster: Cluster) -> Cluster:
    """Give a cluster two services that run v1."""
    for name in ("good", "bad"):
        cluster.tool("new-service", name, "--tag", "v1")
    cluster.push()
    for name in ("good", "bad"):
        cluster.runs(name, "v1")
    return cluster


def break_build(cluster: Cluster) -> str:
    """Push a service that cannot be built, together with a new version of the other, and return the commit."""
    (cluster.checkout / "apps/bad/kustomization.yaml").write_text(LISTED.format("nowhere.yaml"), encoding="utf-8")
    cluster.tool("bump", "good", "v2")
    return cluster.push("one is broken")


def test_isolated_services_do_not_wait_for_a_broken_one(isolated: Cluster) -> None:
    cluster = serve(isolated)
    sha = break_build(cluster)
    ready = cluster.flux.settled(sha, "bad")
    assert (ready["status"], ready["reason"]) == ("False", "BuildFailed")
    assert "nowhere.yaml" in ready["message"]
    cluster.runs("good", "v2")
    assert cluster.image("bad").endswith("/bad:v1"), "what runs stays"
    cluster.applied(sha)


def test_shared_services_stop_together(koala: Cluster) -> None:
    cluster = serve(koala)
    ready = cluster.flux.settled(break_build(cluster))
    assert (ready["status"], ready["reason"]) == ("False", "BuildFailed")
    assert "nowhere.yaml" in ready["message"]
    assert cluster.image("good").endswith("/good:v1")


def test_an_isolated_service_cannot_write_to_another_namespace(isolated: Cluster) -> None:
    cluster = serve(isolated)
    (cluster.checkout / "apps/bad/stray.yaml").write_text(STRAY, encoding="utf-8")
    (cluster.checkout / "apps/bad/kustomization.yaml").write_text(LISTED.format("stray.yaml"), encoding="utf-8")
    ready = cluster.flux.settled(cluster.push("one strays"), "bad")
    assert (ready["status"], ready["reason"]) == ("False", "ReconciliationFailed")
    assert 'User "system:serviceaccount:flux-system:deployer-bad" cannot' in ready["message"]
    assert cluster.kube.get("v1", "ConfigMap", "stray", "good") is None
    assert cluster.image("bad").endswith("/bad:v1"), "nothing is pruned by a build that is refused"
