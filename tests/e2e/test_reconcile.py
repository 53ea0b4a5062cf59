"""Flux brings what infra-tool commits into the cluster: by itself within its interval, at request at once.

The git server, Flux and the API server are real; nothing runs pods here.
"""

import pytest
from rig.cluster import Cluster

from infra_tool import cli

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def web(koala: Cluster) -> Cluster:
    """Return the cluster with a service that runs v1."""
    koala.tool("new-service", "web", "--tag", "v1")
    koala.applied(koala.push())
    assert koala.image("web").endswith("/web:v1")
    return koala


def test_a_commit_is_applied_by_itself_and_at_request(web: Cluster) -> None:
    web.tool("bump", "web", "v2", "--commit")
    web.applied(web.publish(ask=False))
    assert web.image("web").endswith("/web:v2")
    web.tool("bump", "web", "v3", "--commit")
    web.applied(web.publish())
    assert web.image("web").endswith("/web:v3")


def test_a_rollback_is_held_until_it_is_let_go(web: Cluster) -> None:
    web.tool("bump", "web", "v2", "--commit")
    web.applied(web.publish())
    tip = web.repo.tip()
    web.tool("rollback", "web", "--commit")
    web.applied(web.publish())
    assert web.image("web").endswith("/web:v1")
    assert len(web.commits(tip)) == 1

    assert cli.main(("bump", "-C", str(web.checkout), "web", "v3", "--commit")) == 4
    assert web.commits(web.repo.tip()) == []
    assert web.image("web").endswith("/web:v1")

    web.tool("unhold", "web", "--commit")
    web.applied(web.publish())
    assert web.image("web").endswith("/web:v1"), "to let go deploys nothing"
    web.tool("bump", "web", "v3", "--commit")
    web.applied(web.publish())
    assert web.image("web").endswith("/web:v3")
