"""How git is run."""

from pathlib import Path

import pytest

from infra_tool import git
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.git.command import redact


def test_only_listed_variables_reach_git(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {
        "GIT_SSH": "a",
        "GIT_SSH_COMMAND": "b",
        "GIT_ASKPASS": "c",
        "GIT_SSL_CAINFO": "d",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_COUNT": "0",
        "GIT_CONFIG_KEY_0": "e",
        "GIT_CONFIG_VALUE_0": "f",
        "GIT_AUTHOR_NAME": "g",
        "GIT_COMMITTER_EMAIL": "h",
        "PATH": "/bin",
    }
    dropped = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_NEW_THING")
    for name, value in {**kept, **dict.fromkeys(dropped, "x")}.items():
        monkeypatch.setenv(name, value)
    found = git.environment(extra={"MORE": "m"})
    assert {name: found.get(name) for name in kept} == kept
    assert not set(dropped) & set(found)
    assert (found["LC_ALL"], found["GIT_TERMINAL_PROMPT"], found["MORE"]) == ("C", "0", "m")
    assert git.environment("GIT_INDEX_FILE")["GIT_INDEX_FILE"] == "x"


def test_a_failure_is_told_in_the_words_of_git_without_credentials(git_repo: Path) -> None:
    url = "https://person:hunter2@127.0.0.1:1/x.git"
    with pytest.raises(InfraToolError, match="git fetch failed with status 128") as caught:
        git.run(("fetch", url), cwd=git_repo)
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at https://u:p@h/x and ssh://git@h/y", "at https://***@h/x and ssh://git@h/y"),
        ("https://:p@h", "https://***@h"),
        ("https://u:p/q@h/x", "https://***@h/x"),
        ("https://token@h/x", "https://***@h/x"),
        ("ssh://h:22/a@b", "ssh://h:22/a@b"),
        ("nothing: here@all", "nothing: here@all"),
    ],
)
def test_credentials_are_redacted(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize("url", ["https://u:hunter2@h/x.git", "HTTPS://:hunter2@h/x", "ssh://u:hunter2/@h/x"])
def test_a_url_with_a_password_is_wrong_usage(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        git.check_url(url)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("url", ["--upload-pack=evil", ""])
def test_a_url_that_git_would_take_as_an_option_is_wrong_usage(url: str) -> None:
    with pytest.raises(UsageError):
        git.check_url(url)


@pytest.mark.parametrize(
    "url", ["ssh://git@h:2222/x.git", "git@h:x.git", "/a/b:c@d", "https://token@h/x", "file:///x", "ssh://h:22/a@b"]
)
def test_other_urls_are_fine(url: str) -> None:
    assert git.check_url(url) == url


def test_the_root_of_a_repo(git_repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = git_repo / "a/b"
    deep.mkdir(parents=True)
    assert git.root(deep) == git_repo
    assert git.root(git_repo / ".git") is None
    assert git.root(tmp_path) is None
    monkeypatch.setenv("GIT_DIR", str(git_repo / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(git_repo))
    assert git.root(tmp_path) == git_repo


def test_without_git_there_is_no_root(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert git.root(git_repo) is None


def test_a_repo_that_git_refuses_is_an_error(git_repo: Path) -> None:
    (git_repo / ".git/config").write_text("[core]\n\trepositoryformatversion = 99\n")
    with pytest.raises(InfraToolError, match="Expected git repo version"):
        git.root(git_repo)
