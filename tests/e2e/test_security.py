"""What the pipeline keeps from whom: the key of CD is held to tags, no job tells a secret, and who can pull an image.

The protection is the one that `gitea setup` makes, and the workflow deploys under it. Logs are as the jobs wrote them:
nothing masks them on their way.
"""

import json
import os
from pathlib import Path

import pytest
from rig.buildkit import Buildkit
from rig.gitea import Gitea, Visibility, basic
from rig.pipeline import App, Pipeline, conclusions, git, tool
from rig.runner import Runner

from infra_tool import cli, proc

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SUCCESS = {"ci": "success", "deploy": "success"}
PROTECTED = (
    "clusters/koala/kustomization.yaml",
    "components/registry-pull/kustomization.yaml",
    "bootstrap/koala/sops-age.enc.yaml",
    ".gitea/workflows/validate.yml",
    ".sops.yaml",
    ".infra-tool.yaml",
    "apps/web/secrets.enc.yaml",
    "apps/web/.hold",
    "apps/web/kustomization.yaml",
)


@pytest.fixture(autouse=True)
def environment(runner: Runner, buildkit: Buildkit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let jobs find BuildKit."""
    monkeypatch.setitem(runner.environ, "BUILDKIT_HOST", buildkit.address)


def by_key(pipeline: Pipeline, *arguments: str) -> proc.Completed:
    """Call git in the checkout as whoever has the key of CD."""
    known, key = pipeline.place / "known_hosts", pipeline.place / "deploy"
    known.write_text(pipeline.gitea.known_hosts, encoding="utf-8")
    options = "-o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes"
    ssh = f"ssh -F none -i {key} {options} -o UserKnownHostsFile={known}"
    return proc.run(("git", *arguments), cwd=pipeline.checkout, env={**os.environ, "GIT_SSH_COMMAND": ssh}, ok=None)


def test_the_key_of_cd_changes_a_tag_and_nothing_that_is_protected(
    gitea: Gitea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(gitea, tmp_path, ["web"])
    scopes = ("write:repository", "write:user", "write:package")
    monkeypatch.setenv("GITEA_TOKEN", pipeline.owner.token(*scopes))
    for name, value in pipeline.secrets.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("INFRA_KNOWN_HOSTS", gitea.known_hosts)
    monkeypatch.chdir(pipeline.checkout)
    tool("gitea", "setup", "--url", gitea.url)
    app = App(pipeline, "web")
    sha = app.push()
    jobs = app.run(sha)
    assert conclusions(jobs) == SUCCESS, jobs["deploy"].log
    assert pipeline.deployed("web").startswith(sha)

    git("fetch", "-q", pipeline.infra.url, "main", cwd=pipeline.checkout)
    tip = git("rev-parse", "FETCH_HEAD", cwd=pipeline.checkout)
    for path in PROTECTED:
        git("reset", "-q", "--hard", tip, cwd=pipeline.checkout)
        (pipeline.checkout / path).write_text("changed\n", encoding="utf-8")
        git("add", "-f", path, cwd=pipeline.checkout)
        git("commit", "-qm", "change", "--no-verify", cwd=pipeline.checkout)
        done = by_key(pipeline, "push", "--no-verify", pipeline.infra.ssh, "HEAD:main")
        assert f"protected from changing file {path}" in done.stderr.decode(), path
    git("reset", "-q", "--hard", f"{tip}~1", cwd=pipeline.checkout)
    forced = by_key(pipeline, "push", "--no-verify", "--force", pipeline.infra.ssh, "HEAD:main")
    assert "protected from force push" in forced.stderr.decode()
    gone = by_key(pipeline, "push", "--no-verify", pipeline.infra.ssh, ":main")
    assert gone.status != 0
    assert pipeline.infra.tip() == tip


def test_no_job_tells_or_leaves_a_secret(gitea: Gitea, runner: Runner, tmp_path: Path) -> None:
    pipeline = Pipeline(gitea, tmp_path, ["web"])
    app = App(pipeline, "web")
    runs = [app.run(app.push())]
    assert conclusions(runs[0]) == SUCCESS, runs[0]["deploy"].log
    runs.append(app.run(app.push("broken", "main", "broken")))
    git("rm", "-q", "broken", cwd=app.place)
    pipeline.infra.protect("apps/**")
    runs.append(app.run(app.push("refused")))
    runner.environ["BUILDKIT_HOST"] = "unix:///nowhere"
    runs.append(app.run(app.push("unbuilt")))
    assert [run["deploy"].conclusion for run in runs] == ["success", "skipped", "failure", "failure"]
    given = {line for value in pipeline.secrets.values() for line in value.splitlines() if "PRIVATE KEY" not in line}
    assert given <= runner.secrets
    told = "".join(job.log for run in runs for job in run.values())
    assert len(told) > 1000
    assert [line for line in (*runner.secrets, *pipeline.passwords) if line in told] == []
    assert runner.left == []


@pytest.mark.parametrize(("visibility", "status", "state"), [("public", 200, "warn"), ("private", 401, "ok")])
def test_whoever_reaches_the_registry_can_pull_from_a_public_owner_and_doctor_tells(
    gitea: Gitea, tmp_path: Path, capsys: pytest.CaptureFixture[str], visibility: Visibility, status: int, state: str
) -> None:
    """The git repos are private in both cases: it is the owner's visibility that counts for packages."""
    pipeline = Pipeline(gitea, tmp_path, ["web"], visibility)
    app = App(pipeline, "web")
    sha = app.push()
    jobs = app.run(sha)
    assert conclusions(jobs) == SUCCESS, jobs["deploy"].log
    name = f"{pipeline.owner.name}/web"
    token = gitea.ask("GET", f"/v2/token?service=container_registry&scope=repository:{name}:pull")
    bearer = token.body["token"] if token.is_ok else ""
    anonymous = gitea.ask("GET", f"/v2/{name}/manifests/{sha}", headers={"Authorization": f"Bearer {bearer}"})
    assert anonymous.status == status
    login = basic(pipeline.owner.name, pipeline.owner.token("read:package"))
    own = gitea.ask("GET", f"/v2/{name}/manifests/{sha}", headers={"Authorization": login})
    assert own.status == 200, own.body

    git("pull", "-q", pipeline.infra.url, "main", cwd=pipeline.checkout)
    capsys.readouterr()
    cli.main(["doctor", "-C", str(pipeline.checkout), "--url", gitea.url, "--format", "json"])
    checks = json.loads(capsys.readouterr().out)["result"]["checks"]
    assert [one["state"] for one in checks if one["check"] == "packages"] == [state], checks
