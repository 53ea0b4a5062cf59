"""Where GITEA_TOKEN goes, and where not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gitea_api
import pytest
from gitea_api import Gitea

from infra_tool import pipeline, proc
from infra_tool.git import WorkTree

REMOTE = "ssh://git@git.example.org/team/infra.git"
Doctor = Callable[..., dict[str, list[tuple[str, str, str | None]]]]


@pytest.fixture
def named(infra: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gitea]:
    """Run a server that the configuration names as the one of the repo, with a token for it."""
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
    with gitea_api.serving(Gitea()) as up:
        up.protections["main"] = {"protected_file_patterns": ";".join(pipeline.protected_patterns(WorkTree(infra)))}
        config = infra / ".infra-tool.yaml"
        config.write_text(config.read_text(encoding="utf-8").replace(REMOTE, f"{up.url}/team/infra.git"))
        monkeypatch.setenv("GITEA_TOKEN", up.token)
        yield up


def test_a_token_is_not_sent_to_a_server_that_the_configuration_alone_names(named: Gitea, doctor: Doctor) -> None:
    host = named.url.removeprefix("http://")
    assert doctor()["trust"][-1] == (
        "unchecked",
        f"GITEA_TOKEN is not sent to {host}, which the configuration alone names",
        f"--url {named.url}, if that is your Gitea",
    )
    assert named.asked == []


def test_a_token_is_sent_to_the_server_of_the_clone(named: Gitea, doctor: Doctor, infra: Path) -> None:
    proc.run(("git", "remote", "add", "origin", "ssh://git@elsewhere.example.org/team/infra.git"), cwd=infra)
    assert doctor()["trust"][-1][0] == "unchecked"
    assert named.asked == []
    proc.run(("git", "remote", "set-url", "origin", "ssh://git@127.0.0.1:2222/team/infra.git"), cwd=infra)
    assert doctor()["trust"][-1][0] == "ok"


def test_a_token_is_sent_to_the_server_of_the_job(
    named: Gitea, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://elsewhere.example.org")
    assert doctor()["trust"][-1][0] == "unchecked"
    assert named.asked == []
    monkeypatch.setenv("GITHUB_SERVER_URL", named.url)
    assert doctor()["trust"][-1][0] == "ok"
