"""A comment on a pull request: one, however often it is written."""

import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import gitea_api
import jsonschema
import pytest
from gitea_api import Gitea

from infra_tool import cli

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/gitea-comment.json").read_text())

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def server() -> Iterator[Gitea]:
    with gitea_api.serving(Gitea(pulls={"7"})) as up:
        yield up


@pytest.fixture
def say(server: Gitea, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Return what calls the command with a text on stdin, as a job does."""
    monkeypatch.setenv("GITEA_TOKEN", server.token)
    monkeypatch.setenv("GITHUB_SERVER_URL", server.url)
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/infra")

    def command(text: str, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = cli.main(("gitea", "comment", *(arguments or ("7",))))
        return code, *capsys.readouterr()

    return command


def test_it_is_written_once_and_kept_up_to_date(server: Gitea, say: Say) -> None:
    server.comments = [{"id": 1, "body": "Looks good. <!-- infra-tool -->"}]
    assert say("one object changes\n") == (0, "comment on #7: written\n", "")
    assert say("one object changes") == (0, "comment on #7: as it is\n", "")
    assert say("two objects change") == (0, "comment on #7: written again\n", "")
    assert [one["body"] for one in server.comments] == [
        "Looks good. <!-- infra-tool -->",
        "<!-- infra-tool -->\ntwo objects change\n",
    ]


def test_a_comment_of_somebody_else_is_not_ours(server: Gitea, say: Say) -> None:
    theirs = {"id": 1, "body": "<!-- infra-tool -->\nall is well", "user": {"login": "mallory"}}
    server.comments = [dict(theirs)]
    assert say("one object changes") == (0, "comment on #7: written\n", "")
    assert say("two objects change") == (0, "comment on #7: written again\n", "")
    assert server.comments[0] == theirs
    assert server.comments[1]["body"] == "<!-- infra-tool -->\ntwo objects change\n"


def test_a_token_that_may_not_ask_whose_it_is_goes_by_the_mark(server: Gitea, say: Say) -> None:
    say("one object changes")
    server.refuses = "user"
    assert say("two objects change") == (0, "comment on #7: written again\n", "")
    assert len(server.comments) == 1


@pytest.mark.parametrize("kind", ["device", "pipe", "directory"])
def test_what_is_no_file_is_not_read(server: Gitea, say: Say, tmp_path: Path, kind: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    file = {"device": "/dev/zero", "pipe": str(pipe), "directory": str(tmp_path)}[kind]
    code, _, err = say("", "7", "--file", file)
    assert (code, f"{file} is no regular file\n" in err) == (2, True)
    assert not server.calls


def test_no_more_is_read_than_a_comment_may_hold(server: Gitea, say: Say, tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    file.write_text("x" * (1 << 20))
    assert say("", "7", "--file", str(file))[0] == 0
    server.calls.clear()
    file.write_text("x" * ((1 << 20) + 1))
    for code, _, err in (say("", "7", "--file", str(file)), say(file.read_text(), "7")):
        assert (code, "the comment is larger than 1 MiB" in err) == (2, True)
    assert not server.calls


def test_looking_first_writes_nothing(server: Gitea, say: Say) -> None:
    code, out, _ = say("text", "7", "--dry-run", "--format", "json")
    found = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    assert (code, found["result"]) == (0, {"number": 7, "action": "create", "dry_run": True})
    assert not server.calls


def test_where_it_goes_can_be_said(server: Gitea, say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GITHUB_SERVER_URL")
    monkeypatch.delenv("GITHUB_REPOSITORY")
    file = tmp_path / "text.md"
    file.write_text("text")
    assert say("", "7", "--url", server.url, "--repo", "team/infra", "--file", str(file))[0] == 0
    assert server.comments[0]["body"].endswith("\ntext\n")


@pytest.mark.parametrize(
    ("text", "arguments", "code", "said"),
    [
        ("", ("7",), 2, "the comment is empty"),
        ("text", ("8",), 3, "has no pull request 8 of team/infra"),
        ("text", ("7", "--token-env", "UNSET"), 2, "UNSET is not set"),
        ("text", ("7", "--repo", "infra"), 2, "'infra' is no repo"),
        ("text", ("7", "--file", "nowhere"), 3, "cannot read nowhere"),
    ],
)
def test_what_is_refused(server: Gitea, say: Say, text: str, arguments: tuple[str, ...], code: int, said: str) -> None:
    found, out, err = say(text, *arguments)
    assert (found, out, said in err) == (code, "", True), err
    assert server.token not in err
    assert not server.calls
