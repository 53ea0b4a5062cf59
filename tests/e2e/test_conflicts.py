"""Many app repos deploy at once through their workflows: all of them land, and an older build that ends last is late.

Each is a repo, a workflow and an image of its own on the real Gitea; they meet in the one infra repo.
"""

import re
from pathlib import Path

import pytest
from rig.gitea import Gitea
from rig.pipeline import SUCCESS, App, Pipeline, conclusions
from rig.runner import Runner

from infra_tool.deploy import trailer

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.usefixtures("runner")]

SERVICES = [f"web-{number}" for number in range(10)]


def test_ten_deploys_at_once_all_land(gitea: Gitea, runner: Runner, tmp_path: Path) -> None:
    pipeline = Pipeline(gitea, tmp_path, SERVICES)
    tip = pipeline.infra.tip()
    apps = [App(pipeline, service) for service in SERVICES]
    with runner.paused():
        pushed = {app.service: app.push() for app in apps}
    runs = {app.service: app.run(pushed[app.service]) for app in apps}
    assert [run["deploy"].log for run in runs.values() if conclusions(run) != SUCCESS] == []
    commits = pipeline.commits(tip)
    told = {deployed.service: deployed.commit for commit in commits for deployed in trailer.read(commit)}
    assert told == pushed
    assert len(commits) == len(SERVICES)
    for service, sha in pushed.items():
        assert pipeline.deployed(service).startswith(f"{sha}@sha256:")


def test_an_older_build_that_ends_last_changes_nothing(gitea: Gitea, tmp_path: Path) -> None:
    pipeline = Pipeline(gitea, tmp_path, ["web"])
    app = App(pipeline, "web")
    older = app.push("older")
    assert conclusions(app.run(older)) == SUCCESS
    newer = app.push("newer")
    assert conclusions(app.run(newer)) == SUCCESS
    tip = pipeline.infra.tip()
    late = app.run_again(older)
    assert conclusions(late) == SUCCESS, late["deploy"].log
    assert re.search(f"web: superseded, {newer}@sha256:[0-9a-f]+ is newer and stays", late["deploy"].log)
    assert pipeline.infra.tip() == tip


def test_of_pushes_in_a_row_the_last_one_stays(gitea: Gitea, runner: Runner, tmp_path: Path) -> None:
    pipeline = Pipeline(gitea, tmp_path, ["web"])
    app = App(pipeline, "web")
    with runner.paused():
        pushed = [app.push(name) for name in ("one", "two", "three")]
    last = app.run(pushed[-1])
    assert conclusions(last) == SUCCESS, last["deploy"].log
    assert pipeline.deployed("web").startswith(f"{pushed[-1]}@sha256:")
