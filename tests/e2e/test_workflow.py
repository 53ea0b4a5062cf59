"""Gitea runs the workflow of new-cd: a push becomes one commit in the infra repo, and what fails changes nothing there.

The server that dispatches, the registry, the builder and ssh are real. What goes wrong makes the run red in Gitea and
leaves the infra repo as it was; a pull request deploys nothing.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import sshd
from rig.gitea import Gitea, Job
from rig.pipeline import SUCCESS, WORKFLOW, App, Pipeline, conclusions
from rig.runner import Runner

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.usefixtures("runner")]

Break = Callable[[Pipeline, pytest.MonkeyPatch, Runner], object]


@pytest.fixture
def pipeline(gitea: Gitea, tmp_path: Path) -> Pipeline:
    """Return an owner whose one service was never deployed."""
    return Pipeline(gitea, tmp_path, ["web"])


@pytest.fixture
def app(pipeline: Pipeline) -> App:
    return App(pipeline, "web")


def log(jobs: dict[str, Job]) -> str:
    return "\n".join(job.log for job in jobs.values())


def state(app: App, sha: str) -> str:
    """Return what Gitea shows beside a commit."""
    return str(app.repo.do("GET", f"/commits/{sha}/status")["state"])


def assert_untouched(pipeline: Pipeline, tip: str, jobs: dict[str, Job]) -> None:
    assert pipeline.infra.tip() == tip
    for value in (*pipeline.secrets["INFRA_DEPLOY_KEY"].splitlines()[1:-1], *pipeline.passwords):
        assert value not in log(jobs)


def test_a_push_becomes_one_commit_in_the_infra_repo(pipeline: Pipeline, app: App) -> None:
    tip = pipeline.infra.tip()
    sha = app.push()
    jobs = app.run(sha)
    assert conclusions(jobs) == SUCCESS, log(jobs)
    assert state(app, sha) == "success"
    image = f"{pipeline.image('web')}:{pipeline.deployed('web')}"
    assert image.startswith(f"{pipeline.image('web')}:{sha}@sha256:")
    assert image in jobs["deploy"].log
    (commit,) = pipeline.commits(tip)
    version = image.removeprefix(f"{pipeline.image('web')}:")
    origin = f"{pipeline.owner.name}/web@{sha}"
    assert f"\nDeployed: web {pipeline.image('web')} IMAGE_TAG -> {version} from {origin}\n" in commit
    (found,) = app.repo.do("GET", f"/actions/runs?head_sha={sha}")["workflow_runs"]
    assert f"\nCI-Run: {found['html_url']}" in commit

    again = app.run_again(sha)
    assert conclusions(again) == SUCCESS, log(again)
    assert "has the image of this commit already: nothing to do" in again["deploy"].log
    assert len(pipeline.commits(tip)) == 1


def test_a_push_that_fails_its_tests_is_not_built(pipeline: Pipeline, app: App) -> None:
    tip = pipeline.infra.tip()
    sha = app.push("broken", "main", "broken")
    jobs = app.run(sha)
    assert conclusions(jobs) == {"ci": "failure", "deploy": "skipped"}
    assert state(app, sha) == "failure"
    assert_untouched(pipeline, tip, jobs)
    assert pipeline.owner.do("GET", f"/packages/{pipeline.owner.name}") == []


def nobody_builds(_: Pipeline, monkeypatch: pytest.MonkeyPatch, runner: Runner) -> None:
    monkeypatch.setitem(runner.environ, "BUILDKIT_HOST", "unix:///nowhere")


def may_not_write_packages(pipeline: Pipeline, *_: object) -> None:
    token = pipeline.owner.token("read:package")
    pipeline.owner.secret("BUILDKIT_REGISTRY_AUTH", f"{pipeline.owner.name}:{token}")


def is_protected(pipeline: Pipeline, *_: object) -> None:
    pipeline.infra.protect("apps/**")


def may_not_write_here(pipeline: Pipeline, *_: object) -> None:
    key = sshd.keygen(pipeline.place / "reader")
    pipeline.infra.deploy_key(key.with_suffix(".pub").read_text(encoding="utf-8"), read_only=True)
    pipeline.owner.secret("INFRA_DEPLOY_KEY", key.read_text(encoding="utf-8"))


def nobody_knows_the_key(pipeline: Pipeline, *_: object) -> None:
    pipeline.owner.secret("INFRA_DEPLOY_KEY", sshd.keygen(pipeline.place / "other").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("break_", "said"),
    [
        (nobody_builds, "BuildKit cannot be reached at unix:///nowhere"),
        (may_not_write_packages, "was not built: failed to solve: failed to push"),
        (
            is_protected,
            "refused: [remote rejected] (pre-receive hook declined); branch main is protected from changing file",
        ),
        (may_not_write_here, "is not authorized to write to"),
        (nobody_knows_the_key, "Permission denied (publickey)"),
    ],
)
def test_a_deploy_that_fails_is_red_and_changes_nothing(
    pipeline: Pipeline, app: App, runner: Runner, monkeypatch: pytest.MonkeyPatch, break_: Break, said: str
) -> None:
    break_(pipeline, monkeypatch, runner)
    tip = pipeline.infra.tip()
    sha = app.push()
    jobs = app.run(sha)
    assert conclusions(jobs) == {"ci": "success", "deploy": "failure"}, log(jobs)
    assert state(app, sha) == "failure"
    assert said in jobs["deploy"].log, jobs["deploy"].log
    assert_untouched(pipeline, tip, jobs)


def test_a_pull_request_deploys_nothing(pipeline: Pipeline, app: App) -> None:
    app.run(app.push())
    tip = pipeline.infra.tip()
    sha = app.push("feature", "feature")
    app.repo.do("POST", "/pulls", {"title": "feature", "head": "feature", "base": "main"})
    jobs = app.run(sha, "pull_request")
    assert conclusions(jobs) == {"ci": "success", "deploy": "skipped"}
    assert state(app, sha) == "success"
    assert_untouched(pipeline, tip, jobs)


def test_a_dry_run_by_hand_builds_and_shows_what_would_change(pipeline: Pipeline, app: App) -> None:
    app.run(app.push())
    sha = app.push("feature", "feature")
    tip = pipeline.infra.tip()
    start = {"ref": "feature", "inputs": {"dry_run": "true"}}
    app.repo.do("POST", f"/actions/workflows/{Path(WORKFLOW).name}/dispatches", start)
    jobs = app.run(sha, "workflow_dispatch")
    assert conclusions(jobs) == SUCCESS, log(jobs)
    assert f"image: {pipeline.image('web')}:{sha}" in jobs["deploy"].log
    assert_untouched(pipeline, tip, jobs)
