"""A rollback is planned again when somebody pushes first, and must still mean the same."""

from pathlib import Path

import pytest

from infra_tool import git, proc
from infra_tool.deploy import RollbackWanted, rollback
from infra_tool.errors import RefusedError
from infra_tool.git import GitSnapshot

POD = "spec: {{containers: [{{image: 'team/n8n:{tag}'}}]}}\n"


def run(place: Path, *arguments: str) -> None:
    proc.run(("git", *arguments), cwd=place)


def snapshot(place: Path, path: str, text: str) -> GitSnapshot:
    """Commit a file and return the repo as it is then."""
    (place / path).parent.mkdir(parents=True, exist_ok=True)
    (place / path).write_text(text, encoding="utf-8")
    run(place, "add", "-A")
    run(place, "commit", "-qm", "x")
    return git.commit_snapshot(place)


def test_a_service_that_moved_on_meanwhile_is_left_alone(git_repo: Path) -> None:
    snapshot(git_repo, "apps/n8n/kustomization.yaml", "resources: [pod.yaml]\n")
    snapshot(git_repo, "apps/n8n/pod.yaml", POD.format(tag="v1"))
    second = snapshot(git_repo, "apps/n8n/pod.yaml", POD.format(tag="v2"))
    other = snapshot(git_repo, "apps/n8n/notes", "of no account\n")
    third = snapshot(git_repo, "apps/n8n/pod.yaml", POD.format(tag="v3"))
    change = rollback(RollbackWanted(service="n8n"), lambda _: "a digest")
    assert change(second).result.new == "v1"
    assert change(other).result.new == "v1"
    with pytest.raises(RefusedError, match="moved to v3 meanwhile"):
        change(third)


def test_a_file_that_could_not_be_read_says_nothing(git_repo: Path) -> None:
    snapshot(git_repo, "apps/n8n/kustomization.yaml", "resources: [pod.yaml]\n")
    snapshot(git_repo, "apps/n8n/pod.yaml", POD.format(tag="v1"))
    snapshot(git_repo, "apps/n8n/pod.yaml", "{ broken")
    last = snapshot(git_repo, "apps/n8n/pod.yaml", POD.format(tag="v2"))
    assert rollback(RollbackWanted(service="n8n"), lambda _: "a digest")(last).result.new == "v1"
