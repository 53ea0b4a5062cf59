"""status, report and graph, as a person types them."""

import json
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import jsonschema
import pytest

from infra_tool import cli, git

SCHEMAS = Path(__file__).parents[2] / "docs/schemas"
REMOTE = "ssh://git@git.example.org/team/infra.git"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(git_repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command in an infra repo with two services, one of them deployed and held."""
    with chdir(git_repo):
        for command in (
            ("init", ".", "--registry", "registry.example.org", "--owner", "team", "--remote", REMOTE),
            ("new-cluster", "koala"),
            ("new-service", "n8n", "--tag", "v1"),
            ("new-service", "web", "--no-secrets"),
        ):
            assert cli.main(command) == 0
        git.run(("add", "-A"), cwd=git_repo)
        git.run(("commit", "-qm", "start", "--no-verify"), cwd=git_repo)
        assert cli.main(("bump", "n8n", "v2", "--commit")) == 0
        assert cli.main(("hold", "n8n", "--reason", "a|b", "--commit")) == 0
    monkeypatch.chdir(git_repo)

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(arguments)
        return code, *capsys.readouterr()

    return command


def answer(run: Run, *arguments: str) -> dict[str, object]:
    code, out, _ = run(*arguments, "--format", "json")
    found = json.loads(out)
    assert code == 0
    jsonschema.validate(found, json.loads((SCHEMAS / f"{arguments[0]}.json").read_text()))
    return found["result"]


def test_what_runs_since_when_and_by_whom(run: Run, git_repo: Path) -> None:
    (koala,) = answer(run, "status")["clusters"]
    n8n, web = koala["services"]
    deployed = git.run(("rev-parse", "HEAD~1"), cwd=git_repo).stdout.decode().strip()
    assert (n8n["version"], n8n["commit"], n8n["by"]) == ("v2", deployed, "Test Person <test@example.invalid>")
    assert (n8n["held"].endswith(": a|b"), n8n["stubs"], n8n["errors"]) == (True, ["SECRET_KEY"], 0)
    assert (web["version"], web["held"], web["warnings"]) == ("IMAGE_TAG", None, 1)
    code, out, _ = run("status")
    lines = out.splitlines()
    assert (code, lines[0]) == (0, "koala")
    assert [line.split()[:2] for line in lines[1:]] == [["n8n", "v2"], ["web", "IMAGE_TAG"]]
    assert lines[1].endswith("1 stub")


def test_the_cluster_is_asked_when_that_is_wanted(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin/kubectl"
    program.parent.mkdir()
    image = "registry.example.org/team/n8n:v1"
    printed = {"items": [{"spec": {"template": {"spec": {"containers": [{"image": image}]}}}}]}
    program.write_text(f"#!/bin/sh\necho '{json.dumps(printed)}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    (koala,) = answer(run, "status", "--live")["clusters"]
    n8n, web = koala["services"]
    assert n8n["live"] == {"versions": ["v1"], "ready": 0, "wanted": 1}
    assert web["live"]["versions"] == []
    lines = run("status", "--live")[1].splitlines()
    assert "the cluster has v1; held by" in lines[1]
    assert "does not run; 1 warning" in lines[2]
    program.unlink()
    code, out, err = run("status", "--live")
    assert (code, out, "kubectl" in err) == (3, "", True)


def test_kubectl_reaches_one_cluster(run: Run) -> None:
    assert run("new-cluster", "panda")[0] == 0
    code, _, err = run("status", "--live")
    assert (code, "--live is for a repo with one cluster" in err) == (2, True)


def test_the_pages(run: Run, tmp_path: Path) -> None:
    files = (tmp_path / "x.html", tmp_path / "x.md")
    result = answer(run, "report", "--html", str(files[0]), "--markdown", str(files[1]))
    assert result == {"files": [str(file) for file in files], "clusters": 1}
    assert "<td>n8n</td><td>v2</td>" in files[0].read_text()
    assert "a\\|b" in files[1].read_text()
    assert run("report", "--markdown", str(files[1]))[:2] == (0, f"{files[1]}\n")


def test_a_page_is_a_whole_one_or_the_old_one(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, link = tmp_path / "x.html", tmp_path / "link.html"
    page.write_text("old")
    link.symlink_to(page)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, out, err = run("report", "--html", str(page))
    assert (code, out, err) == (3, "", f"error: {page}: cannot be written: No space left on device\n")
    assert (page.read_text(), sorted(tmp_path.glob("*x*"))) == ("old", [page])
    monkeypatch.undo()


def test_a_page_behind_a_link_or_in_a_pipe(run: Run, git_repo: Path, tmp_path: Path) -> None:
    page, link = tmp_path / "x.md", tmp_path / "link.md"
    page.write_text("old")
    link.symlink_to(page)
    with chdir(git_repo):
        assert run("report", "--markdown", str(link))[0] == 0
        assert run("report", "--markdown", "/dev/null")[0] == 0
    assert (link.is_symlink(), page.read_text()[:2]) == (True, "# ")


def test_no_escape_reaches_the_terminal(run: Run, git_repo: Path) -> None:
    assert run("unhold", "n8n", "--commit")[0] == 0
    assert run("bump", "n8n", "v3", "--commit", "--author", "A\x1b[2JB <a@example.org>")[0] == 0
    (git_repo / "clusters/a\x1b[2Jb").mkdir()
    (git_repo / "clusters/a\x1b[2Jb/kustomization.yaml").write_text("resources: []\n")
    for command in ("status", "history"):
        code, out, _ = run(command)
        assert (code, "\x1b" in out, "A\\x1b[2JB" in out) == (0, False, True), out


def test_the_graph(run: Run) -> None:
    edges = answer(run, "graph")["edges"]
    assert {
        "cluster": "koala",
        "start": "Kustomization cluster-koala",
        "relation": "applies",
        "end": "service n8n",
    } in edges
    assert run("graph")[1].startswith("graph LR\n")


@pytest.mark.parametrize(("arguments", "code"), [(("report",), 2), (("report", "--html", "nowhere/x"), 3)])
def test_what_cannot_be_done(run: Run, arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments)[:2] == (code, "")


def test_a_repo_without_clusters(git_repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (git_repo / ".infra-tool.yaml").write_text("version: 1\n")
    with chdir(git_repo):
        assert cli.main(["status"]) == 0
    assert capsys.readouterr() == ("", "there is no cluster yet\n")
