"""What the pipeline keeps from whom: it deploys where much is protected, no job tells a secret, and who can pull.

Logs are as the jobs wrote them: nothing masks them on their way.
"""

import json
from pathlib import Path

import pytest
from rig.gitea import Gitea, Visibility, basic
from rig.pipeline import SUCCESS, App, Pipeline, conclusions, git, tool
from rig.runner import Runner

from infra_tool import cli

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.usefixtures("runner")]


def test_the_workflow_deploys_under_the_protection_of_setup(
    gitea: Gitea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`test_gitea_setup.py` shows what its key is refused then."""
    pipeline = Pipeline(gitea, tmp_path, ["web"])
    monkeypatch.setenv("GITEA_TOKEN", pipeline.owner.token("write:repository", "write:user"))
    for name, value in pipeline.secrets.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("INFRA_KNOWN_HOSTS", gitea.known_hosts)
    monkeypatch.chdir(pipeline.checkout)
    tool("gitea", "setup", "--url", gitea.url)
    assert "clusters/**" in pipeline.infra.do("GET", "/branch_protections/main")["protected_file_patterns"]
    app = App(pipeline, "web")
    sha = app.push()
    jobs = app.run(sha)
    assert conclusions(jobs) == SUCCESS, jobs["deploy"].log
    assert pipeline.deployed("web").startswith(f"{sha}@sha256:")


def test_no_job_tells_or_leaves_a_secret(
    gitea: Gitea, runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(gitea, tmp_path, ["web"])
    app = App(pipeline, "web")
    runs = [app.run(app.push())]
    assert conclusions(runs[0]) == SUCCESS, runs[0]["deploy"].log
    runs.append(app.run(app.push("broken", "main", "broken")))
    git("rm", "-q", "broken", cwd=app.place)
    pipeline.infra.protect("apps/**")
    runs.append(app.run(app.push("refused")))
    monkeypatch.setitem(runner.environ, "BUILDKIT_HOST", "unix:///nowhere")
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
