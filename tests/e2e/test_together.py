"""CD jobs and people at work on one server at the same moment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra_tool import cli, proc

TOOL = (sys.executable, "-m", "infra_tool")
BUMPS = 20
NEW = 10
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: {name}
spec:
  containers:
    - name: main
      image: registry.example.test/team/{name}:IMAGE_TAG
"""

pytestmark = pytest.mark.slow


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


@pytest.fixture
def server(tmp_path: Path, bare: Path) -> Path:
    """Return a server with an infra repo that has a cluster, keys, and services to bump."""
    place = tmp_path / "infra"
    remote = "ssh://git@git.example.test/team/infra.git"
    init = ("init", str(place), "--registry", "registry.example.test", "--owner", "team", "--cluster", "koala")
    assert cli.main((*init, "--remote", remote)) == 0
    assert cli.main(("new-cluster", "koala", "-C", str(place))) == 0
    listed = place / "clusters/koala/kustomization.yaml"
    for number in range(BUMPS):
        app = place / f"apps/old-{number}"
        app.mkdir(parents=True)
        (app / "kustomization.yaml").write_text(f"namespace: old-{number}\nresources:\n  - pod.yaml\n")
        (app / "pod.yaml").write_text(POD.format(name=f"old-{number}"))
        with listed.open("a") as stream:
            stream.write(f"  - ../../apps/old-{number}\n")
    git("add", "-A", cwd=place)
    git("commit", "-q", "--no-verify", "-m", "start", cwd=place)
    git("push", "-q", "--no-verify", str(bare), "main", cwd=place)
    return bare


def test_bumps_and_new_services_all_land_in_a_line(server: Path, tmp_path: Path) -> None:
    url = f"file://{server}"
    commands = [
        *(("bump", f"old-{number}", f"v{number}", "--remote", url) for number in range(BUMPS)),
        *(("new-service", f"new-{number}", "--remote", url) for number in range(NEW)),
    ]
    started = [
        subprocess.Popen(
            (*TOOL, *command), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
        )
        for command in commands
    ]
    for process in started:
        _, told = process.communicate(timeout=300)
        assert process.returncode == 0, told.decode()
    commits = git("rev-list", "--first-parent", "main", cwd=server).split()
    assert len(commits) == BUMPS + NEW + 1 == int(git("rev-list", "--count", "main", cwd=server))
    listed = git("show", "main:clusters/koala/kustomization.yaml", cwd=server)
    for number in range(NEW):
        assert f"  - ../../apps/new-{number}\n" in f"{listed}\n"
    for number in range(BUMPS):
        assert f":v{number}\n" in git("show", f"main:apps/old-{number}/pod.yaml", cwd=server) + "\n"
    deploys = git("log", "--format=%H", "--grep=^chore(deploy)", "main", cwd=server).split()
    assert len(deploys) == BUMPS
    for commit in deploys:
        assert git("show", "--numstat", "--format=", commit, cwd=server).split()[:2] == ["1", "1"], "one changed line"
