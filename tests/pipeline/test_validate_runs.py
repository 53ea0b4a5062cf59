"""The workflow of an infra repo, run: it judges what reached the server, and behind a gate lets the cluster have it."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gitea_api
import pytest
from actions import BASH, Job, Runner

from infra_tool import cli, proc

WORKFLOW = ".gitea/workflows/validate.yml"
TOKEN = "t0k3n-of-the-job"  # noqa: S105 -- nobody's
PLAIN = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  password: hunter2\n"
NOTE = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: note\n  namespace: default\n"
DASH = ("sh", "-e")


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


@dataclass
class Infra:
    """An infra repo, its server, and a runner for its workflow."""

    server: Path
    checkout: Path
    runner: Runner

    @property
    def bare(self) -> Path:
        return self.server / "team/infra.git"

    def push(self, name: str, text: str = "\n", branch: str = "main") -> str:
        """Commit a file, push it and return the commit."""
        (self.checkout / name).write_text(text)
        git("add", "-A", cwd=self.checkout)
        git("commit", "-q", "--no-verify", "-m", name, cwd=self.checkout)
        git("push", "-q", "--no-verify", "origin", f"HEAD:{branch}", cwd=self.checkout)
        return git("rev-parse", "HEAD", cwd=self.checkout)

    def run(self, sha: str, event: str = "push", pull: Mapping[str, object] | None = None, **github: str) -> Job:
        """Run the workflow for an event and return its one job."""
        github = {
            "sha": sha, "event_name": event, "event": {"pull_request": pull or {}}, "token": TOKEN,
            "server_url": f"file://{self.server}", "repository": "team/infra", **github,
        }  # fmt: skip
        (job,) = self.runner.run((self.checkout / WORKFLOW).read_text(encoding="utf-8"), github).values()
        assert TOKEN not in job.log
        return job

    @property
    def live(self) -> str | None:
        """The commit that Flux would follow behind the gate; None before there is one."""
        return git("for-each-ref", "--format=%(objectname)", "refs/heads/live", cwd=self.bare) or None


@pytest.fixture
def infra(tmp_path: Path, request: pytest.FixtureRequest) -> Infra:
    """Return an infra repo behind a gate, or with the options that the test names."""
    bare = tmp_path / "server/team/infra.git"
    bare.parent.mkdir(parents=True)
    git("init", "-q", "--bare", "-b", "main", str(bare), cwd=tmp_path)
    for name in ("allowFilter", "allowAnySHA1InWant"):
        git("config", f"uploadpack.{name}", "true", cwd=bare)
    checkout = tmp_path / "infra"
    options = getattr(request, "param", ("--gate", "branch"))
    remote = "ssh://git@git.example.org/team/infra.git"
    init = ("--registry", "registry.example.org", "--owner", "team", "--cluster", "koala", "--remote", remote)
    assert cli.main(["init", str(checkout), *init, *options]) == 0
    assert cli.main(["new-cluster", "-C", str(checkout), "koala"]) == 0
    git("remote", "add", "origin", str(bare), cwd=checkout)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return Infra(tmp_path / "server", checkout, Runner(tmp_path / "runs", {**os.environ, "PATH": path}))


@pytest.mark.parametrize("shell", [BASH, DASH], ids=lambda shell: shell[0])
def test_what_lint_finds_clean_is_what_the_cluster_gets(infra: Infra, shell: tuple[str, ...]) -> None:
    infra.runner.shell = shell
    first = infra.push("one")
    assert (infra.run(first).status, infra.live) == ("success", first)
    broken = infra.push("secret.yaml", PLAIN)
    job = infra.run(broken)
    assert (job.status, infra.live) == ("failure", first)
    assert "::error file=secret.yaml,line=6" in job.log
    assert "hunter2" not in job.log
    (infra.checkout / "secret.yaml").unlink()
    mended = infra.push("two")
    assert (infra.run(mended).status, infra.live) == ("success", mended)


def test_a_run_that_ends_late_takes_nothing_back(infra: Infra) -> None:
    old, new = infra.push("one"), infra.push("two")
    assert infra.run(new).status == "success"
    late = infra.run(old)
    assert (late.status, infra.live) == ("success", new)
    assert "a later commit is there already" in late.log
    assert infra.run(new).status == "success"


def test_a_pull_request_is_judged_and_moves_nothing(infra: Infra) -> None:
    first = infra.push("one")
    infra.run(first)
    assert infra.run(infra.push("two", branch="change"), "pull_request").status == "success"
    assert infra.live == first


def test_a_pull_request_gets_one_comment_that_says_what_changes(infra: Infra) -> None:
    """git finds the repo in a directory under the name of the server that has the API."""
    base = infra.push("one")
    first = infra.push("clusters/koala/note.yaml", NOTE, branch="change")
    with gitea_api.serving(gitea_api.Gitea(token=TOKEN, pulls={"7"})) as server:
        rewrite = {"GIT_CONFIG_GLOBAL": str(infra.server / "gitconfig"), "HOME": os.environ["HOME"]}
        (infra.server / "gitconfig").write_text(f'[url "file://{infra.server}/"]\n\tinsteadOf = {server.url}/\n')
        infra.runner.environment = {**infra.runner.environment, **rewrite}
        pull = {"number": 7, "base": {"sha": base}, "merge_base": base}
        job = infra.run(first, "pull_request", pull, server_url=server.url)
        assert "comment on #7: written" in job.log, job.log
        (comment,) = server.comments
        assert comment["body"].startswith("<!-- infra-tool -->\n")
        infra.run(first, "pull_request", pull, server_url=server.url)
        assert server.calls == ["POST /repos/team/infra/issues/7/comments"]
        listed = infra.checkout / "clusters/koala/kustomization.yaml"
        listed.write_text(f"{listed.read_text()}  - note.yaml\n")
        second = infra.push("two", branch="change")
        job = infra.run(second, "pull_request", pull, server_url=server.url)
        assert "comment on #7: written again" in job.log
        (comment,) = server.comments
        assert "ConfigMap" in comment["body"]
        job = infra.run(second, "pull_request", {**pull, "merge_base": "main"}, server_url=server.url)
        assert "main is no commit and no cluster" in job.log
        assert "comment on #7: written again" in job.log
        (comment,) = server.comments
        assert "ConfigMap" not in comment["body"]
        assert "infra-tool diff failed" in comment["body"]
        server.refuses = "comments"
        job = infra.run(first, "pull_request", pull, server_url=server.url)
        assert "the comment was not written" in job.log


def test_a_history_that_was_written_anew_is_left_to_a_person(infra: Infra) -> None:
    first = infra.push("one")
    other = git("commit-tree", f"{first}^{{tree}}", "-m", "anew", cwd=infra.checkout)
    git("push", "-q", "origin", f"{other}:refs/heads/live", cwd=infra.checkout)
    assert (infra.run(infra.push("two")).status, infra.live) == ("failure", other)


def test_a_server_that_refuses_is_told(infra: Infra) -> None:
    hook = infra.bare / "hooks/pre-receive"
    first = infra.push("one")
    hook.write_text("#!/bin/sh\necho live is protected >&2\nexit 1\n")
    hook.chmod(0o755)
    job = infra.run(first)
    assert (job.status, infra.live) == ("failure", None)
    assert "live is protected" in job.log


@pytest.mark.parametrize("infra", [()], indirect=True, ids=["hook"])
def test_without_a_gate_nothing_is_moved(infra: Infra) -> None:
    assert infra.run(infra.push("one")).status == "success"
    assert infra.live is None
    assert infra.run(infra.push("secret.yaml", PLAIN)).status == "failure"


def test_a_runner_without_the_program_installs_it(infra: Infra, tmp_path: Path, home: Path) -> None:
    """The stand-in for python3 makes a virtual environment whose pip installs what is asked for by name."""
    tools = tmp_path / "tools"
    tools.mkdir()
    new, python = tools / "new", tools / "python3"
    new.write_text(f'#!/bin/sh\nexec {Path(sys.executable).parent}/infra-tool "$@"\n')
    python.write_text(
        '#!/bin/sh\nmkdir -p "$3/bin"\n'
        'printf \'#!/bin/sh\\ncp "$3" "%s/bin/infra-tool"\\n\' "$3" > "$3/bin/pip"\nchmod +x "$3/bin/pip"\n'
    )
    for file in (new, python):
        file.chmod(0o755)
    infra.runner.environment = {**infra.runner.environment, "PATH": f"{tools}:/usr/bin:/bin", "HOME": str(home)}
    sha = infra.push("one")
    job = infra.run(sha)
    assert (job.status, "install infra-tool on the runner" in job.log) == ("failure", True)
    infra.runner.variables = {"INFRA_TOOL_SPEC": str(new)}
    assert infra.run(sha).status == "success"
    assert infra.live == sha
