"""Behind a gate the cluster gets what lint finds clean: a real Gitea runs the workflow of the infra repo."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rig.gitea import Gitea, Repo
from rig.runner import LABEL

from infra_tool import cli, proc

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.usefixtures("runner")]

PLAIN = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  password: hunter2\n"

LISTED = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n"

Push = Callable[..., str]


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


@pytest.fixture
def repo(gitea: Gitea) -> Repo:
    return gitea.user().repo("infra")


@pytest.fixture
def push(repo: Repo, tmp_path: Path) -> Push:
    """Return what commits a file to the infra repo, pushes it and returns the commit."""
    place = tmp_path / "infra"
    options = ("--registry", "registry.example.org", "--owner", repo.owner.name, "--remote", repo.ssh)
    assert cli.main(("init", str(place), *options, "--cluster", LABEL, "--gate", "branch")) == 0
    assert cli.main(("new-cluster", "-C", str(place), LABEL)) == 0

    def commit(name: str, text: str | None = "\n", branch: str = "main") -> str:
        (place / name).unlink() if text is None else (place / name).write_text(text)
        git("add", "-A", cwd=place)
        git("commit", "-q", "--no-verify", "-m", name, cwd=place)
        git("push", "-q", "--no-verify", repo.url, f"HEAD:{branch}", cwd=place)
        return git("rev-parse", "HEAD", cwd=place)

    return commit


def test_the_token_of_the_job_moves_live_to_what_is_clean(repo: Repo, push: Push) -> None:
    first = push("one")
    job = repo.run(first)["lint"]
    assert job.conclusion == "success", job.log
    assert repo.tip("live") == first
    broken = push("secret.yaml", PLAIN)
    job = repo.run(broken)["lint"]
    assert (job.conclusion, repo.tip("live")) == ("failure", first), job.log
    assert "hunter2" not in job.log
    mended = push("secret.yaml", None)
    job = repo.run(mended)["lint"]
    assert (job.conclusion, repo.tip("live")) == ("success", mended), job.log


def test_a_branch_that_is_protected_moves_with_the_token_of_who_may(repo: Repo, push: Push) -> None:
    name = repo.owner.name
    rule = {"enable_push": True, "enable_push_whitelist": True, "push_whitelist_usernames": [name]}
    repo.do("POST", "/branch_protections", {"rule_name": "live", **rule})
    refused = repo.run(push("one"))["lint"]
    assert refused.conclusion == "failure", refused.log
    assert "live (pre-receive hook declined)" in refused.log, refused.log
    repo.owner.secret("LIVE_TOKEN", repo.owner.token("write:repository"))
    moved = push("two")
    job = repo.run(moved)["lint"]
    assert (job.conclusion, repo.tip("live")) == ("success", moved), job.log


def test_a_pull_request_gets_one_comment_that_says_what_changes(repo: Repo, push: Push) -> None:
    first = push("one")
    repo.run(first)
    changed = push("clusters/koala/kustomization.yaml", LISTED, "change")
    pull = repo.do("POST", "/pulls", {"title": "less", "head": "change", "base": "main"})["number"]
    job = repo.run(changed, "pull_request")["lint"]
    assert "comment on #1: written" in job.log, job.log
    again = push("two", branch="change")
    job = repo.run(again, "pull_request")["lint"]
    assert "comment on #1: as it is" in job.log, job.log
    (comment,) = repo.do("GET", f"/issues/{pull}/comments")
    assert "GitRepository" in comment["body"]
    assert repo.tip("live") == first
