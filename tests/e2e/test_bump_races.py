"""CD jobs that end at the same moment, as processes, on one server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra_tool import proc

TOOL = (sys.executable, "-m", "infra_tool")
POD = "spec: {{containers: [{{name: main, image: 'registry.example.test/team/{name}:{tag}'}}]}}\n"
SERVICES = 20
BUILDS = 8

pytestmark = pytest.mark.slow


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


@pytest.fixture
def server(git_repo: Path, bare: Path) -> Path:
    """Return a server with an infra repo of many services."""
    names = [f"s{number}" for number in range(SERVICES)]
    for name in names:
        app = git_repo / "apps" / name
        app.mkdir(parents=True)
        (app / "kustomization.yaml").write_text("resources: [pod.yaml]\n")
        (app / "pod.yaml").write_text(POD.format(name=name, tag="IMAGE_TAG"))
    (git_repo / "clusters/koala").mkdir(parents=True)
    listed = "".join(f"  - ../../apps/{name}\n" for name in names)
    (git_repo / "clusters/koala/kustomization.yaml").write_text(f"resources:\n{listed}")
    git("add", "-A", cwd=git_repo)
    git("commit", "-qm", "start", cwd=git_repo)
    git("push", "-q", str(bare), "main", cwd=git_repo)
    return bare


def at_once(jobs: list[tuple[str, ...]], cwd: Path) -> list[dict[str, object]]:
    """Run bumps at the same time and return their results; each must succeed."""
    started = [
        subprocess.Popen(
            (*TOOL, "bump", *job, "--format", "json"), cwd=cwd, env={**os.environ, "NO_COLOR": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for job in jobs
    ]  # fmt: skip
    ended = [process.communicate(timeout=300) for process in started]
    for process, (_, told) in zip(started, ended, strict=True):
        assert process.returncode == 0, told.decode()
    return [json.loads(out)["result"] for out, _ in ended]


def test_bumps_of_different_services_all_land_in_a_line(server: Path, tmp_path: Path) -> None:
    jobs = [(f"s{number}", f"v{number}", "--remote", f"file://{server}") for number in range(SERVICES)]
    results = at_once(jobs, tmp_path)
    commits = git("rev-list", "--first-parent", "main", cwd=server).split()
    assert len(commits) == SERVICES + 1 == int(git("rev-list", "--count", "main", cwd=server))
    assert {result["commit"] for result in results} == set(commits[:-1])
    for number in range(SERVICES):
        assert f":v{number}'" in git("show", f"main:apps/s{number}/pod.yaml", cwd=server)
    for commit in commits[:-1]:
        assert git("show", "--numstat", "--format=", commit, cwd=server).split()[:2] == ["1", "1"]


def test_builds_of_one_service_end_with_the_newest(server: Path, tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    git("init", "-q", cwd=app)
    for number in range(BUILDS):
        git("commit", "-q", "--allow-empty", "-m", str(number), cwd=app)
    builds = git("rev-list", "--reverse", "HEAD", cwd=app).split()
    place = ("--remote", f"file://{server}", "--source-dir", str(app))
    results = at_once([("s0", build, *place) for build in builds], tmp_path)
    assert f":{builds[-1]}'" in git("show", "main:apps/s0/pod.yaml", cwd=server)
    deployed = [result["commit"] for result in results if result["commit"]]
    assert int(git("rev-list", "--count", "main", cwd=server)) == len(deployed) + 1
    history = [
        line.rpartition("@")[2] for line in git("log", "--reverse", "--format=%b", "main", cwd=server).split("\n")
    ]
    order = [builds.index(sha) for sha in history if sha in builds]
    assert order == sorted(order), "no build was set back to an older one on the way"
