"""`infra-tool diff` as a person runs it."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infra_tool import cli, proc

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/diff.json").read_text(encoding="utf-8"))
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {a: 'first'}\n"
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: NAME, namespace: flux-system}
spec: {path: ./apps/NAME, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
"""


def git(repo: Path, *arguments: str) -> None:
    subprocess.run(("git", *arguments), cwd=repo, check=True, capture_output=True)


def write(repo: Path, name: str, text: str) -> None:
    path = repo / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commit(repo: Path, message: str) -> None:
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", message)


@pytest.fixture
def repo(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repo with two clusters that get an object each; the last commit changes that of koala."""
    for name in ("koala", "lion"):
        write(git_repo, f"clusters/{name}/kustomization.yaml", "resources: [a.yaml]\n")
        write(git_repo, f"clusters/{name}/a.yaml", CONFIG.replace("NAME", name))
    commit(git_repo, "first")
    git(git_repo, "tag", "v1")
    write(git_repo, "clusters/koala/a.yaml", CONFIG.replace("NAME", "koala").replace("first", "second"))
    commit(git_repo, "second")
    monkeypatch.chdir(git_repo)
    return git_repo


KOALA = """\
koala
~ ConfigMap default/koala (changed)
    data.a: first -> second  clusters/koala/a.yaml:4
"""
LION = """\
lion
~ ConfigMap default/lion (changed)
    data.a: first -> third  clusters/lion/a.yaml:4
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], LION),
        (["HEAD"], LION),
        (["v1"], KOALA + LION),
        (["v1", "HEAD"], KOALA),
        (["v1..HEAD"], KOALA),
        (["v1.."], KOALA),
        (["v1", "koala"], KOALA),
        (["v1", "koala", "lion"], KOALA + LION),
        (["koala"], ""),
        (["side...HEAD"], KOALA),
    ],
)
def test_what_is_compared(repo: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    git(repo, "branch", "koala", "v1")
    git(repo, "checkout", "-qb", "side", "v1")
    write(repo, "clusters/lion/b.yaml", CONFIG)
    commit(repo, "aside")
    git(repo, "checkout", "-q", "main")
    write(repo, "clusters/lion/a.yaml", CONFIG.replace("NAME", "lion").replace("first", "third"))
    assert cli.main(["diff", *words]) == 0
    found = capsys.readouterr()
    assert found.out == said
    assert found.err == f"{said.count('~') or ''}{' changed' if said else 'nothing changes in what the clusters get'}\n"


@pytest.mark.usefixtures("repo")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "error: nowhere is no commit and no cluster\nhint: clusters: koala, lion\n"),
        (["v1", "HEAD", "HEAD"], "error: HEAD is no commit and no cluster\nhint: clusters: koala, lion\n"),
        (["v1..nowhere"], "error: nowhere is no commit of this repo\n"),
    ],
)
def test_a_word_that_is_nothing(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff", *words]) == 2
    assert capsys.readouterr().err == message


@pytest.mark.usefixtures("repo")
def test_the_exit_code_tells_whether_something_changes() -> None:
    assert cli.main(["diff", "--exit-code"]) == 0
    assert cli.main(["diff", "--exit-code", "v1"]) == 1
    assert cli.main(["diff", "--exit-code", "v1", "lion"]) == 0


def test_what_could_not_be_compared_counts_as_a_change(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "clusters/lion/kustomization.yaml", "resources: [a.yaml, lost.yaml]\n")
    assert cli.main(["diff", "--exit-code"]) == 1
    found = capsys.readouterr()
    assert found.out.startswith("not compared: lion, new tree: clusters/lion/kustomization.yaml:1: ")
    assert found.err == "1 not compared\n"


@pytest.mark.usefixtures("repo")
def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff", "v1", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    assert (found["result"]["old"], found["result"]["new"]) == ("v1", None)
    assert [(one["cluster"], one["name"], one["action"]) for one in found["result"]["objects"]] == [
        ("koala", "koala", "changed")
    ]


@pytest.mark.usefixtures("repo")
def test_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff", "v1", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == (
        "**1 changed**\n\n### `koala`\n\n- `ConfigMap default/koala` changed\n\n"
        "  ```diff\n  - data.a: first\n  + data.a: second\n  ```\n\n"
    )


def test_before_the_first_commit_everything_is_new(
    git_repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(git_repo, "clusters/koala/a.yaml", CONFIG.replace("NAME", "koala"))
    monkeypatch.chdir(git_repo)
    assert cli.main(["diff"]) == 0
    assert capsys.readouterr().out == "koala\n+ ConfigMap default/koala (created)\n"


def test_git_is_not_asked_for_each_build(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[str]] = []
    run = proc.run

    def counting(command: Sequence[str], **options: Any) -> proc.Completed:  # noqa: ANN401 -- passed on
        asked.append(command)
        return run(command, **options)

    monkeypatch.setattr(proc, "run", counting)

    def questions() -> int:
        asked.clear()
        assert cli.main(["diff", "HEAD~1", "HEAD"]) == 0
        return len(asked)

    before = questions()
    for number in range(8):
        flux = FLUX.replace("NAME", f"n{number}")
        write(repo, f"clusters/koala/flux/n{number}.yaml", flux)
        write(repo, f"apps/n{number}/a.yaml", CONFIG.replace("NAME", f"n{number}"))
    files = ", ".join(f"flux/n{number}.yaml" for number in range(8))
    write(repo, "clusters/koala/kustomization.yaml", f"resources: [a.yaml, {files}]\n")
    commit(repo, "more")
    write(repo, "apps/n1/a.yaml", CONFIG)
    commit(repo, "other")
    assert questions() == before


def test_json_has_no_number_that_is_none_in_json(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "clusters/koala/a.yaml", CONFIG.replace("NAME", "koala").replace("'first'", "[.nan, .inf, -.inf]"))
    assert cli.main(["diff", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert said["result"]["objects"][0]["fields"][0]["new"] == [".nan", ".inf", "-.inf"]
