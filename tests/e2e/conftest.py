"""The rig: the real programs of the pipeline, each started once for all tests that need it."""

import getpass
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rig import buildkit as builder
from rig import flux, programs
from rig import gitea as forge
from rig import kube as api
from rig import node as nodes
from rig import runner as host
from rig.buildkit import Buildkit
from rig.cluster import Cluster
from rig.flux import Flux
from rig.gitea import Gitea
from rig.kube import Kube
from rig.node import Node
from rig.runner import Runner
from sshd import unavailable


def need(*names: str) -> None:
    """End a test whose programs are not built: a failure in CI, elsewhere a visible skip."""
    if missing := programs.missing(names):
        unavailable(f"not built: {', '.join(missing)}; run nox -s e2e")


@pytest.fixture(scope="session")
def rig(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Return where the rig keeps everything: a private directory, short enough for sockets, gone at the end.

    A request to end unwinds the fixtures, as Ctrl-C does; no other test begins where the program catches it.
    """

    def interrupt(*_: object) -> None:
        request.session.shouldstop = "asked to end"
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    with tempfile.TemporaryDirectory(prefix="rig-", ignore_cleanup_errors=True) as place:
        yield Path(place)
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def kube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kube]:
    """Return a client of a real API server that knows the kinds of Flux; nothing acts on what it stores."""
    need("kine", "kube-apiserver")
    with api.serving(tmp_path_factory.mktemp("kube") / "api", programs.BIN) as found:
        flux.define(found)
        yield found


@pytest.fixture
def following(rig: Path) -> Iterator[Flux]:
    """Return a Flux on an API server of its own, whose other controllers work too; no node runs pods."""
    need("kine", "kube-apiserver", "kubectl", *flux.PARTS, *nodes.PROGRAMS)
    with (
        tempfile.TemporaryDirectory(dir=rig, ignore_cleanup_errors=True) as place,
        api.serving(Path(place) / "api", programs.BIN) as kube,
        nodes.controllers(Path(place) / "controllers", kube),
        flux.running(Path(place) / "flux", kube) as found,
    ):
        yield found


@pytest.fixture
def node(following: Flux, gitea: Gitea, rig: Path) -> Iterator[Node]:
    """Return a node that runs the pods of the cluster, which it pulls from Gitea's registry."""
    need(*nodes.RUNTIME)
    if reason := nodes.impossible():
        pytest.skip(reason)
    if reason := nodes.missing():
        unavailable(reason)
    with tempfile.TemporaryDirectory(dir=rig, ignore_cleanup_errors=True) as place:
        found = Node(Path(place), following.kube, gitea.host)
        with found.running():
            yield found


@pytest.fixture
def koala(gitea: Gitea, following: Flux, tmp_path: Path) -> Cluster:
    """Return a new cluster that follows an infra repo without services."""
    return Cluster.new(gitea, following, tmp_path)


@pytest.fixture
def isolated(gitea: Gitea, following: Flux, tmp_path: Path) -> Cluster:
    """Return a new cluster whose services are to be applied each on its own."""
    return Cluster.new(gitea, following, tmp_path, layout="isolated")


@pytest.fixture(scope="session")
def gitea(rig: Path) -> Iterator[Gitea]:
    """Return a real Gitea; each test makes users of its own."""
    need("gitea")
    with forge.serving(rig / "gitea", getpass.getuser()) as found:
        yield found


@pytest.fixture(scope="session")
def buildkit(rig: Path, gitea: Gitea) -> Iterator[Buildkit]:
    """Return a real BuildKit that pushes to Gitea's registry."""
    need("buildkitd", "buildctl", "runc")
    if os.geteuid():
        unavailable("only root can run BuildKit as it is run here")
    with builder.serving(rig / "buildkit", gitea.host) as found:
        yield found


@pytest.fixture(scope="session")
def runner(rig: Path, gitea: Gitea, buildkit: Buildkit) -> Iterator[Runner]:
    """Return a runner that is registered with Gitea, whose jobs find BuildKit."""
    need("act")
    with host.serving(rig / "runner", gitea) as found:
        found.environ["BUILDKIT_HOST"] = buildkit.address
        yield found
