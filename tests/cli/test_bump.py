"""`infra-tool bump` as it is typed."""

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infra_tool import cli, proc

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/bump.json").read_text(encoding="utf-8"))
SHA = "0123456789abcdef" * 2 + "01234567"
FILES = {
    ".infra-tool.yaml": "version: 1\nregistry: registry.example.test\nowner: team\n",
    "clusters/koala/kustomization.yaml": "resources: [../../apps/n8n, ../../apps/supervisor]\n",
    "apps/n8n/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/n8n/pod.yaml": "spec: {containers: [{name: main, image: 'registry.example.test/team/n8n:IMAGE_TAG'}]}\n",
    "apps/supervisor/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/supervisor/pod.yaml": "spec: {containers: [{name: main, image: 'n8nio/n8n:v1'}, {image: 'other:v1'}]}\n",
}


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


@pytest.fixture
def checkout(git_repo: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout of an infra repo whose server is `bare`, and work in it."""
    for path, text in FILES.items():
        (git_repo / path).parent.mkdir(parents=True, exist_ok=True)
        (git_repo / path).write_text(text, encoding="utf-8")
    git("add", "-A", cwd=git_repo)
    git("commit", "-qm", "start", cwd=git_repo)
    git("remote", "add", "origin", str(bare), cwd=git_repo)
    git("push", "-q", "origin", "main", cwd=git_repo)
    monkeypatch.chdir(git_repo)
    return git_repo


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Return an app repo with three commits."""
    place = tmp_path / "app"
    place.mkdir()
    git("init", "-q", cwd=place)
    for number in range(3):
        git("commit", "-q", "--allow-empty", "-m", str(number), cwd=place)
    return place


def result(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the result that was printed as JSON, after holding it against its schema."""
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, SCHEMA)
    found: dict[str, Any] = printed["result"]
    return found


def test_the_work_tree_is_edited_when_nothing_else_is_asked(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["-C", "apps/n8n", "bump", "n8n", "v2"]) == 0
    assert capsys.readouterr().out == "n8n: deployed\n  apps/n8n/pod.yaml:1: IMAGE_TAG -> v2\n"
    assert git("status", "--porcelain", cwd=checkout) == "M apps/n8n/pod.yaml"


def test_a_dry_run_prints_the_diff_and_a_check_says_by_its_exit_code(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bump", "n8n", "v2", "--dry-run"]) == 0
    assert (
        "+spec: {containers: [{name: main, image: 'registry.example.test/team/n8n:v2'}]}\n" in capsys.readouterr().out
    )
    assert cli.main(["bump", "n8n", "v2", "--check"]) == 1
    assert cli.main(["bump", "n8n", "IMAGE_TAG", "--check"]) == 0
    assert not git("status", "--porcelain", cwd=checkout)


def test_a_push_needs_no_checkout(
    checkout: Path, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["bump", "n8n", "v2", "--remote", str(bare), "--format", "json"]) == 0
    found = result(capsys)
    assert found == {
        "services": [
            {
                "service": "n8n",
                "action": "deployed",
                "changes": [{"path": "apps/n8n/pod.yaml", "line": 1, "old": "IMAGE_TAG", "new": "v2"}],
                "superseded_by": None,
                "held_by": None,
            }
        ],
        "commit": git("rev-parse", "main", cwd=bare),
        "commit_url": None,
        "attempts": 1,
    }
    assert git("diff", "--shortstat", "main~", "main", cwd=bare) == ("1 file changed, 1 insertion(+), 1 deletion(-)")
    assert cli.main(["bump", "n8n", "v2", "--remote", str(bare), "--format", "json"]) == 0
    again = result(capsys)
    assert (again["services"][0]["action"], again["commit"]) == ("unchanged", None)
    assert checkout.exists()


def test_an_older_build_is_superseded(
    checkout: Path, bare: Path, app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, _, new = git("rev-list", "--reverse", "HEAD", cwd=app).split()
    ending = ("--push", "--source-dir", str(app), "--format", "json")
    assert cli.main(["bump", "n8n", new, *ending]) == 0
    commit = result(capsys)["commit"]
    assert git("rev-parse", "HEAD", cwd=checkout) == commit == git("rev-parse", "main", cwd=bare)
    assert cli.main(["bump", "n8n", old, *ending]) == 0
    found = result(capsys)
    assert (found["services"][0]["superseded_by"], found["commit"]) == (new, None)
    git("checkout", "-q", "--orphan", "other", cwd=app)
    git("commit", "-q", "--allow-empty", "-m", "other", cwd=app)
    assert cli.main(["bump", "n8n", git("rev-parse", "HEAD", cwd=app), *ending]) == 4
    assert result(capsys)["services"][0]["action"] == "diverged"


def test_an_order_that_cannot_be_told_is_refused_where_a_source_was_to_tell_it(
    checkout: Path, app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bump", "n8n", SHA, "--commit"]) == 0
    build = ("bump", "n8n", git("rev-parse", "HEAD", cwd=app), "--source-dir", str(app))
    assert cli.main([*build, "--format", "json"]) == 4
    assert "--on-unknown-order deploy" in capsys.readouterr().err
    assert cli.main(["bump", "n8n", "v3", "--on-unknown-order", "refuse"]) == 4
    assert cli.main([*build, "--on-unknown-order", "deploy"]) == 0
    assert "warning: n8n: its order" in capsys.readouterr().err
    assert checkout.exists()


def test_the_ci_job_says_where_the_build_comes_from(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/n8n")
    monkeypatch.setenv("GITHUB_SHA", SHA)
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.test")
    monkeypatch.setenv("GITHUB_RUN_ID", "42")
    assert cli.main(["bump", "n8n", "v2", "--commit"]) == 0
    message = git("log", "-1", "--format=%B", cwd=checkout)
    assert f"-> v2 from team/n8n@{SHA}\n" in f"{message}\n"
    assert message.endswith("CI-Run: https://git.example.test/team/n8n/actions/runs/42")


def test_several_services_are_one_commit(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bump", "n8n=v2", "supervisor=v3", "--commit", "--format", "json"]) == 2
    assert "several images" in capsys.readouterr().err
    assert cli.main(["bump", "supervisor=v3", "--image", "other", "--commit"]) == 0
    (checkout / "apps/supervisor/.hold").write_text("by: Ada\n")
    git("add", "-A", cwd=checkout)
    git("commit", "-qm", "hold", cwd=checkout)
    capsys.readouterr()
    assert cli.main(["bump", "n8n=v2", "supervisor=v4", "--commit", "--format", "json"]) == 4
    found = result(capsys)
    assert [service["action"] for service in found["services"]] == ["unchanged", "held"]
    assert found["services"][1]["held_by"] == {"by": "Ada", "at": None, "reason": None}
    assert "n8n:IMAGE_TAG" in (checkout / "apps/n8n/pod.yaml").read_text(encoding="utf-8")


def test_one_file_is_edited_in_its_own_repo(
    checkout: Path, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = checkout / "apps/supervisor/pod.yaml"
    words = ("--image", "n8nio/n8n", "--tag", "v2")
    assert cli.main(["bump", "--file", str(path), *words, "--commit", "--format", "json"]) == 0
    assert result(capsys)["services"][0]["service"] == "apps/supervisor/pod.yaml"
    assert git("show", "--stat", "--format=%s", "HEAD", cwd=checkout).startswith("chore(deploy): n8nio/n8n → v2\n")
    assert cli.main(["bump", "--file", "apps/supervisor/pod.yaml", *words, "--remote", str(bare)]) == 0
    assert "n8nio/n8n:v2" in git("show", "main:apps/supervisor/pod.yaml", cwd=bare)


def test_one_file_is_edited_outside_of_any_repo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pod.yaml"
    path.write_text(FILES["apps/supervisor/pod.yaml"], encoding="utf-8")
    words = ("bump", "--file", str(path), "--container", "main", "--tag", "v2")
    assert cli.main([*words, "--dry-run"]) == 0
    assert "+spec" in capsys.readouterr().out
    assert cli.main([*words, "--check"]) == 1
    assert cli.main([*words, "--commit"]) == 2
    assert "n8nio/n8n:v1" in path.read_text(encoding="utf-8")
    assert cli.main([*words]) == 0
    assert "n8nio/n8n:v2" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "say SERVICE TAG"),
        (("n8n",), "say SERVICE TAG"),
        (("n8n", "v1", "v2"), "say SERVICE TAG"),
        (("n8n=v1", "v2"), "say SERVICE TAG"),
        (("n8n=v1", "supervisor=v1", "--digest", "sha256:" + "a" * 64), "for one service"),
        (("n8n", "v1", "--wait"), "--wait waits for what is pushed"),
        (("n8n", "v1", "--tag", "v2"), "--tag goes with --file"),
        (("n8n", "v1", "--file", "x"), "takes no SERVICE"),
        (("--file", "apps/n8n/pod.yaml", "--tag", "v1"), "--image NAME or --container NAME"),
        (("--file", "apps/n8n/pod.yaml", "--image", "x"), "--tag is missing"),
        (("--file", "nope.yaml", "--image", "x", "--tag", "v1"), "no such file"),
        (("n8n", "v1", "--source-commit", "abc"), "no full commit id"),
        (("n8n", "v1", "--remote", "https://me:secret@git.example.test/x"), "holds a password"),
        (("n8n", "v1", "--ssh-key-env", "NOT_SET"), "holds no key"),
    ],
)
def test_wrong_words_are_told(
    words: tuple[str, ...], told: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bump", *words]) == 2
    printed = capsys.readouterr()
    assert told in printed.err + printed.err
    assert "secret" not in printed.err
    assert not git("status", "--porcelain", cwd=checkout)


def test_a_push_loads_no_more_than_it_needs(checkout: Path, bare: Path) -> None:
    """What takes long to import would be paid by every CI job."""
    assert checkout
    words = ["infra-tool", "bump", "n8n", "v2", "--remote", f"file://{bare}"]
    show = "import sys; before = {*sys.modules}"
    run = f"sys.argv = {words!r}; from infra_tool.__main__ import main; assert main() == 0"
    tell = "print(*{name.partition('.')[0] for name in {*sys.modules} - before})"
    done = proc.run((sys.executable, "-c", f"{show}; {run}; {tell}"))
    loaded = set(done.stdout.decode().splitlines()[-1].split())
    others = {name for name in loaded - sys.stdlib_module_names if "cython" not in name}
    assert others == {"infra_tool", "typer", "shellingham", "annotated_doc", "yaml"}, "typer needs two of them"
    assert not loaded & {"ssl", "http", "tempfile", "hashlib", "random", "logging", "asyncio"}
