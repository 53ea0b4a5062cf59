"""Many people add a service to one remote repo at the same moment: every service lands."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra_tool import cli, git, repo

COUNT = 10
NAMES = [f"service-{number}" for number in range(COUNT)]

pytestmark = pytest.mark.slow


@pytest.fixture
def remote(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a bare repo that holds a new infra repo with the cluster koala."""
    place = tmp_path / "infra"
    url = "ssh://git@git.example.org/team/infra.git"
    options = ("--registry", "registry.example.org", "--owner", "team", "--remote", url, "--commit")
    assert cli.main(("init", str(place), *options)) == 0
    monkeypatch.chdir(place)
    assert cli.main(("new-cluster", "koala", "--commit")) == 0
    git.run(("push", "-q", str(bare), "main"), cwd=place)
    monkeypatch.chdir(tmp_path)
    return bare


def push_at_once(remote: Path, names: list[str]) -> None:
    """Add services in processes that run at the same time; each must succeed."""
    tool = (sys.executable, "-m", "infra_tool", "new-service", "--generate", "KEY", "--remote", str(remote))
    started = [
        subprocess.Popen((*tool, name), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for name in names
    ]
    for process in started:
        told, _ = process.communicate(timeout=300)
        assert process.returncode == 0, told


def history(remote: Path) -> list[list[str]]:
    """Return the parents of each commit."""
    return [line.split() for line in git.run(("log", "--format=%p", "main"), cwd=remote).stdout.decode().splitlines()]


def test_services_pushed_at_once_all_land_in_a_line(remote: Path) -> None:
    push_at_once(remote, NAMES)
    tree = git.CommitTree(remote, "main")
    assert set(repo.services(tree)) == set(NAMES)
    assert all(repo.is_registered(tree, "koala", f"../../apps/{name}") for name in NAMES)
    listed = [path for _, path in repo.cluster_list(tree, "koala").entries()][1:]
    assert listed == sorted(listed)
    parents = history(remote)
    assert len(parents) == COUNT + 2
    assert all(len(found) <= 1 for found in parents)
    push_at_once(remote, NAMES[:2])
    assert history(remote) == parents
