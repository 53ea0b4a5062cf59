"""An app repo, a registry, and a BuildKit that builds nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import buildctl as stub
import oci
import pytest
from buildctl import Buildctl
from oci import Registry

from infra_tool import proc


@pytest.fixture
def registry() -> Iterator[Registry]:
    """Run a registry in which the user bot may do everything."""
    with oci.serving(
        Registry(auth="basic", users={"bot": "c4n4v6m", "reader": "r34d"}, readers=frozenset({"reader"}))
    ) as up:
        yield up


@pytest.fixture
def buildctl(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Buildctl]:
    """Put the stub on PATH and tell where its BuildKit is, as the environment of a runner does."""
    with stub.installed(tmp_path_factory.mktemp("b") / "bin") as found:
        monkeypatch.setenv("PATH", f"{found.directory}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("BUILDKIT_HOST", found.address)
        monkeypatch.setenv(stub.LOG, str(found.log))
        monkeypatch.delenv("DOCKER_CONFIG", raising=False)
        yield found


@pytest.fixture
def app(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an app repo with a Dockerfile and one commit, and work in it."""
    (git_repo / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    proc.run(("git", "add", "-A"), cwd=git_repo)
    proc.run(("git", "commit", "-qm", "start"), cwd=git_repo)
    monkeypatch.chdir(git_repo)
    return git_repo
