"""The workflow that new-cd writes, run: its own scripts, a stub for buildctl, the real bump against a real sshd."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import actions
import pytest
import sshd
import yaml
from actions import Job, Runner
from buildctl import Buildctl
from oci import Registry
from sshd import Sshd

from infra_tool import __version__, cli, proc

WORKFLOW = ".gitea/workflows/ci-cd.yml"
TOKEN = "t0k3n-of-the-job"  # noqa: S105 -- nobody's
DASH = ("sh", "-e")


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


def served(place: Path) -> Path:
    """Make a bare repo that serves any commit, as Gitea does."""
    git("init", "-q", "--bare", "-b", "main", str(place), cwd=place.parent)
    for name in ("allowFilter", "allowAnySHA1InWant"):
        git("config", f"uploadpack.{name}", "true", cwd=place)
    return place


@dataclass
class Pipeline:
    """An app repo and an infra repo on their server, a registry, and a runner for the app's workflow."""

    server: Path
    app: Path
    infra: Path
    registry: Registry
    buildctl: Buildctl
    runner: Runner

    @property
    def tip(self) -> str:
        return git("rev-parse", "main", cwd=self.infra)

    def push(self, name: str = "work", branch: str = "main") -> str:
        """Commit something in the app repo, push it and return its id."""
        (self.app / name).write_text(name)
        git("add", "-A", cwd=self.app)
        git("commit", "-qm", name, cwd=self.app)
        git("push", "-q", "origin", f"HEAD:{branch}", cwd=self.app)
        return git("rev-parse", "HEAD", cwd=self.app)

    def run(self, sha: str, *, event: str = "push", ref: str = "refs/heads/main", **inputs: str) -> dict[str, Job]:
        """Run the workflow for an event."""
        github = {
            "sha": sha,
            "ref": ref,
            "event_name": event,
            "event": {"inputs": inputs} if inputs else {},
            "token": TOKEN,
            "server_url": f"file://{self.server}",
            "repository": "Team/Web-App",
        }
        return self.runner.run((self.app / WORKFLOW).read_text(encoding="utf-8"), github)


@pytest.fixture
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sshd, Path]]:
    """Run the server of the infra repo, which lets one key in."""
    place = tmp_path_factory.mktemp("ssh")
    key = sshd.keygen(place / "deploy")
    with sshd.serving(place / "sshd", key) as server:
        yield server, key


@pytest.fixture
def pipeline(tmp_path: Path, app: Path, registry: Registry, buildctl: Buildctl, host: tuple[Sshd, Path]) -> Pipeline:
    server, key = host
    (tmp_path / "server/Team").mkdir(parents=True)
    git("remote", "add", "origin", str(served(tmp_path / "server/Team/Web-App.git")), cwd=app)
    infra = served(tmp_path / "server/Team/infra.git")
    start(infra, tmp_path / "infra", registry.host)
    image = f"{registry.host}/team/web-app"
    options = ("--service", "web-app", "--infra", server.url(infra), "--image", image, "--runs-on", "koala")
    assert cli.main(["new-cd", "-C", str(app), *options, "--ci", "test ! -e broken"]) == 0
    runner = Runner(
        tmp_path / "runs",
        {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        secrets={"BUILDKIT_REGISTRY_AUTH": "bot:c4n4v6m", "INFRA_DEPLOY_KEY": key.read_text()},
        variables={"INFRA_KNOWN_HOSTS": server.known_hosts.read_text()},
    )
    return Pipeline(tmp_path / "server", app, infra, registry, buildctl, runner)


def start(bare: Path, place: Path, host: str) -> None:
    """Push the first commit of an infra repo whose service was never deployed."""
    files = {
        ".infra-tool.yaml": f"version: 1\nregistry: {host}\nowner: team\n",
        "clusters/koala/kustomization.yaml": "resources: [../../apps/web-app]\n",
        "apps/web-app/kustomization.yaml": "resources: [pod.yaml]\n",
        "apps/web-app/pod.yaml": f"spec:\n  containers:\n    - image: {host}/team/web-app:IMAGE_TAG\n",
    }
    git("clone", "-q", str(bare), str(place), cwd=bare.parent)
    for path, text in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text)
    git("add", "-A", cwd=place)
    git("commit", "-qm", "start", cwd=place)
    git("push", "-q", "origin", "HEAD:main", cwd=place)


def states(jobs: dict[str, Job]) -> dict[str, str]:
    return {name: job.status for name, job in jobs.items()}


def assert_secret(pipeline: Pipeline, jobs: dict[str, Job]) -> None:
    """See that nothing secret was printed, handed over as an argument, or left behind."""
    shown = "".join(job.log for job in jobs.values()) + json.dumps([call["argv"] for call in pipeline.buildctl.calls])
    left = [file for file in pipeline.runner.place.rglob("*") if file.is_file()]
    keys = pipeline.runner.secrets["INFRA_DEPLOY_KEY"].splitlines()[1:2]
    for value in (*keys, "c4n4v6m", TOKEN):
        assert value not in shown
        assert not [file for file in left if value.encode() in file.read_bytes()]
    assert not [call["config"] for call in pipeline.buildctl.calls if Path(call["config"]).exists()]


@pytest.mark.parametrize("shell", [actions.BASH, DASH], ids=lambda shell: shell[0])
def test_a_push_to_main_becomes_one_commit_in_the_infra_repo(pipeline: Pipeline, shell: tuple[str, ...]) -> None:
    pipeline.runner.shell = shell
    before = pipeline.tip
    sha = pipeline.push()
    jobs = pipeline.run(sha)
    assert states(jobs) == {"ci": "success", "deploy": "success"}, jobs["deploy"].log
    assert git("rev-list", "--count", f"{before}..main", cwd=pipeline.infra) == "1"
    manifest = pipeline.registry.manifests["team/web-app", sha]
    image = f"{pipeline.registry.host}/team/web-app:{sha}@{pipeline.registry.hold('team/web-app', sha, manifest)}"
    assert git("show", "main:apps/web-app/pod.yaml", cwd=pipeline.infra).endswith(f"image: {image}")
    message = git("log", "-1", "--format=%B", "main", cwd=pipeline.infra)
    assert f"from Team/Web-App@{sha}" in message
    assert f"CI-Run: file://{pipeline.server}/Team/Web-App/actions/runs/2" in message
    assert_secret(pipeline, jobs)

    again = pipeline.run(sha)
    assert states(again) == states(jobs), again["deploy"].log
    assert len(pipeline.buildctl.calls) == 1
    assert git("rev-list", "--count", f"{before}..main", cwd=pipeline.infra) == "1"


def test_an_older_build_that_ends_last_changes_nothing(pipeline: Pipeline) -> None:
    old, new = pipeline.push("one"), pipeline.push("two")
    assert states(pipeline.run(new))["deploy"] == "success"
    tip = pipeline.tip
    late = pipeline.run(old)
    assert late["deploy"].status == "success", late["deploy"].log
    assert f"superseded, {new}" in late["deploy"].log
    assert pipeline.tip == tip
    newest = pipeline.push("three")
    assert states(pipeline.run(newest))["deploy"] == "success"
    assert newest in git("show", "main:apps/web-app/pod.yaml", cwd=pipeline.infra)


def test_git_gets_the_jobs_token_only_when_it_asks(pipeline: Pipeline) -> None:
    steps = yaml.safe_load((pipeline.app / WORKFLOW).read_text(encoding="utf-8"))["jobs"]["deploy"]["steps"]
    for step in (steps[0], steps[-1]):
        env = {**os.environ, **step["env"], "TOKEN": TOKEN}
        asked = proc.run(("git", "credential", "fill"), env=env, stdin=b"protocol=https\nhost=git.example.org\n\n")
        assert f"username=x-access-token\npassword={TOKEN}\n" in asked.stdout.decode()
        told = proc.run(("git", "credential", "approve"), env=env, stdin=asked.stdout)
        assert not told.stdout + told.stderr


def untouched(pipeline: Pipeline, jobs: dict[str, Job], tip: str) -> str:
    """See that nothing was deployed; return the log of the job that deploys."""
    assert pipeline.tip == tip
    assert_secret(pipeline, jobs)
    return jobs["deploy"].log


def test_what_fails_its_tests_is_not_built(pipeline: Pipeline) -> None:
    tip = pipeline.tip
    jobs = pipeline.run(pipeline.push("broken"))
    assert states(jobs) == {"ci": "failure", "deploy": "skipped"}
    assert not untouched(pipeline, jobs, tip)
    assert not pipeline.buildctl.calls


@pytest.mark.parametrize(
    ("event", "ref", "inputs"),
    [
        ("pull_request", "refs/pull/1/head", {}),
        ("pull_request", "refs/heads/main", {}),
        ("push", "refs/heads/other", {}),
        ("workflow_dispatch", "refs/heads/other", {"dry_run": "false"}),
    ],
)
def test_only_main_is_deployed(pipeline: Pipeline, event: str, ref: str, inputs: dict[str, str]) -> None:
    tip = pipeline.tip
    jobs = pipeline.run(pipeline.push(), event=event, ref=ref, **inputs)
    assert states(jobs) == {"ci": "success", "deploy": "skipped"}
    assert not untouched(pipeline, jobs, tip)


@pytest.mark.parametrize("branch", ["main", "test"])
def test_a_dry_run_by_hand_builds_and_shows_the_diff(pipeline: Pipeline, branch: str) -> None:
    tip = pipeline.tip
    sha = pipeline.push(branch=branch)
    jobs = pipeline.run(sha, event="workflow_dispatch", ref=f"refs/heads/{branch}", dry_run="true")
    assert states(jobs) == {"ci": "success", "deploy": "success"}, jobs["deploy"].log
    assert f"+    - image: {pipeline.registry.host}/team/web-app:{sha}" in untouched(pipeline, jobs, tip)
    assert len(pipeline.buildctl.calls) == 1
    assert not pipeline.registry.requests


def test_a_run_by_hand_that_is_not_dry_deploys_main(pipeline: Pipeline) -> None:
    tip = pipeline.tip
    jobs = pipeline.run(pipeline.push(), event="workflow_dispatch", dry_run="false")
    assert states(jobs)["deploy"] == "success", jobs["deploy"].log
    assert pipeline.tip != tip


def secret(pipeline: Pipeline, name: str, value: str) -> None:
    pipeline.runner.secrets = {**pipeline.runner.secrets, name: value}


def nobody_listens(pipeline: Pipeline) -> None:
    pipeline.runner.environment = {**pipeline.runner.environment, "BUILDKIT_HOST": "unix:///nowhere"}


def may_only_read(pipeline: Pipeline) -> None:
    secret(pipeline, "BUILDKIT_REGISTRY_AUTH", pipeline.registry.config("reader"))


def no_credential(pipeline: Pipeline) -> None:
    secret(pipeline, "BUILDKIT_REGISTRY_AUTH", "")


def no_key(pipeline: Pipeline) -> None:
    secret(pipeline, "INFRA_DEPLOY_KEY", "")


def other_key(pipeline: Pipeline) -> None:
    secret(pipeline, "INFRA_DEPLOY_KEY", sshd.keygen(pipeline.server / "other").read_text())


def no_hosts(pipeline: Pipeline) -> None:
    pipeline.runner.variables = {}


def other_host(pipeline: Pipeline) -> None:
    known = pipeline.runner.variables["INFRA_KNOWN_HOSTS"].split()[0]
    public = sshd.keygen(pipeline.server / "other").with_suffix(".pub").read_text()
    pipeline.runner.variables = {"INFRA_KNOWN_HOSTS": f"{known} {public}"}


def protected(pipeline: Pipeline) -> None:
    hook = pipeline.infra / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho this branch is protected >&2\nexit 1\n")
    hook.chmod(0o755)


@pytest.mark.parametrize(
    ("break_", "said", "is_pushed"),
    [
        (nobody_listens, "BuildKit cannot be reached at unix:///nowhere", False),
        (may_only_read, "/team/web-app was not built: failed to solve: failed to push", False),
        (no_credential, "wants a credential for team/web-app", False),
        (no_key, "INFRA_DEPLOY_KEY holds no key", True),
        (other_key, "Permission denied", True),
        (no_hosts, "set the variable INFRA_KNOWN_HOSTS", True),
        (other_host, "Host key verification failed", True),
        (protected, "this branch is protected", True),
    ],
)
def test_what_goes_wrong_leaves_the_infra_repo_as_it_was(
    pipeline: Pipeline, break_: Callable[[Pipeline], None], said: str, *, is_pushed: bool
) -> None:
    break_(pipeline)
    tip = pipeline.tip
    jobs = pipeline.run(pipeline.push())
    assert states(jobs) == {"ci": "success", "deploy": "failure"}
    assert said in untouched(pipeline, jobs, tip)
    assert bool(pipeline.registry.manifests) is is_pushed


def test_an_infra_repo_that_needs_another_version_refuses(pipeline: Pipeline, tmp_path: Path) -> None:
    config = tmp_path / "infra/.infra-tool.yaml"
    config.write_text(f'{config.read_text()}requires: ">=99"\n')
    git("commit", "-qam", "newer", cwd=config.parent)
    git("push", "-q", "origin", "HEAD:main", cwd=config.parent)
    tip = pipeline.tip
    jobs = pipeline.run(pipeline.push())
    assert f"infra-tool {__version__} is installed, this repo needs >=99" in untouched(pipeline, jobs, tip)


def test_a_runner_with_another_version_installs_the_pinned_one(pipeline: Pipeline, tmp_path: Path) -> None:
    """The stand-in for python3 makes a virtual environment whose pip installs what is asked for by name."""
    tools = tmp_path / "tools"
    tools.mkdir()
    old, new, python = tools / "infra-tool", tools / "new", tools / "python3"
    old.write_text("#!/bin/sh\necho infra-tool 0.0.1\n")
    new.write_text(f'#!/bin/sh\nexec {Path(sys.executable).parent}/infra-tool "$@"\n')
    python.write_text(
        '#!/bin/sh\nmkdir -p "$3/bin"\n'
        'printf \'#!/bin/sh\\ncp "$3" "%s/bin/infra-tool"\\n\' "$3" > "$3/bin/pip"\nchmod +x "$3/bin/pip"\n'
    )
    for file in (old, new, python):
        file.chmod(0o755)
    pipeline.runner.environment = {
        **pipeline.runner.environment,
        "PATH": f"{tools}:{pipeline.runner.environment['PATH']}",
    }
    tip = pipeline.tip
    sha = pipeline.push()
    jobs = pipeline.run(sha)
    assert f"install infra-tool {__version__} on the runner" in untouched(pipeline, jobs, tip)
    known = dict(pipeline.runner.variables)
    pipeline.runner.variables = {**known, "INFRA_TOOL_SPEC": str(old)}
    assert f"INFRA_TOOL_SPEC is not infra-tool {__version__}" in untouched(pipeline, pipeline.run(sha), tip)
    pipeline.runner.variables = {**known, "INFRA_TOOL_SPEC": str(new)}
    jobs = pipeline.run(sha)
    assert states(jobs)["deploy"] == "success", jobs["deploy"].log
    assert sha in git("show", "main:apps/web-app/pod.yaml", cwd=pipeline.infra)
