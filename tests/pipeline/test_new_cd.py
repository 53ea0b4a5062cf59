"""`infra-tool new-cd`: what it writes, what it keeps, what it refuses."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from infra_tool import __version__, cli, proc

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/new-cd.json").read_text(encoding="utf-8"))
INFRA = "ssh://git@git.example.org:2222/team/infra.git"
PATH = Path(".gitea/workflows/ci-cd.yml")
OWN = Path(".gitea/workflows/ci.yml")
CI = """\
name: ci
on:
    push:
    pull_request:
env:
    # for every job
    LEVEL: ${{ vars.LEVEL }}
jobs:
    # finds mistakes early
    lint:
        runs-on: koala
        steps:
            - run: |
                [[ -n $LEVEL ]] && echo "{{ not ours }}"
                # the end

    test:   # takes a while
        needs: lint
        runs-on: [koala]
        steps: [{run: make test}]

# nobody reads this
defaults:
    run: {shell: sh}
"""


@pytest.fixture
def app(app: Path) -> Path:
    proc.run(("git", "remote", "add", "origin", "https://git.example.org/Team/Web-App.git"), cwd=app)
    return app


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def result(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, SCHEMA)
    found: dict[str, Any] = printed["result"]
    return found


def written() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return found


def test_a_repo_gets_its_workflow_once(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new-cd", "--infra", INFRA, "--runs-on", "koala", "--ci", "make test", "--format", "json"]) == 0
    first = result(capsys)
    assert (first["service"], first["image"]) == ("web-app", "git.example.org/team/web-app")
    assert (first["needs"], first["kept_from"], first["files"]) == (["ci"], None, [str(PATH)])
    before = PATH.read_bytes()
    for again in ((), ("--infra", INFRA), ("--infra", INFRA, "--runs-on", "koala", "--ci", "make test"), ("--check",)):
        assert cli.main(["new-cd", *again]) == 0
        printed = capsys.readouterr()
        assert (printed.out, printed.err) == ("web-app is deployed by this repo already: nothing to do\n", "")
    assert PATH.read_bytes() == before
    assert proc.run(("git", "status", "--porcelain", "-uall"), cwd=app).stdout == f"?? {PATH}\n".encode()


def test_what_the_workflow_is(app: Path) -> None:
    assert cli.main(["new-cd", "-C", str(app), "--infra", INFRA, "--runs-on", "koala"]) == 0
    found = written()
    deploy = found["jobs"]["deploy"]
    assert found[True]["push"] == {"branches": ["main"]}, "`on` is a boolean to YAML 1.1"
    assert found[True]["workflow_dispatch"]["inputs"]["dry_run"]["type"] == "boolean"
    assert found["concurrency"] == {"group": "ci-cd-${{ github.ref }}", "cancel-in-progress": False}
    assert (deploy["needs"], deploy["runs-on"], deploy["timeout-minutes"]) == (["ci"], "koala", 20)
    assert [step["env"]["VERSION"] for step in deploy["steps"] if "VERSION" in step.get("env", {})] == [__version__]
    text = PATH.read_text(encoding="utf-8")
    assert "uses:" not in text
    assert "gitea." not in text.replace(".gitea", ""), "a context that the act engine refuses"
    scripts = [step["run"] for job in found["jobs"].values() for step in job["steps"]]
    assert not [script for script in scripts if "${{" in script], "values reach a script by the environment"


def test_what_must_be_set_is_said_once(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new-cd", "-C", str(app), "--infra", INFRA, "--format", "json"]) == 0
    api = "https://git.example.org/api/v1"
    assert [(one["kind"], one["method"], one["url"], one["field"]) for one in result(capsys)["settings"]] == [
        ("deploy key", "POST", f"{api}/repos/team/infra/keys", "key"),
        ("secret", "PUT", f"{api}/user/actions/secrets/INFRA_DEPLOY_KEY", "data"),
        ("secret", "PUT", f"{api}/user/actions/secrets/BUILDKIT_REGISTRY_AUTH", "data"),
        ("variable", "POST", f"{api}/user/actions/variables/INFRA_KNOWN_HOSTS", "value"),
        ("variable", "POST", f"{api}/user/actions/variables/INFRA_TOOL_SPEC", "value"),
    ]
    PATH.unlink()
    assert cli.main(["new-cd", "--infra", INFRA]) == 0
    said = capsys.readouterr().err
    assert f"    PUT {api}/user/actions/secrets/INFRA_DEPLOY_KEY data\n" in said
    used = PATH.read_text(encoding="utf-8")
    assert {name for name in ("INFRA_DEPLOY_KEY", "BUILDKIT_REGISTRY_AUTH") if f"secrets.{name}" in used}
    assert used.count("secrets.") == 2
    assert used.count("vars.") == 2


def test_jobs_that_are_there_are_kept_as_they_stand(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app / OWN, CI)
    assert cli.main(["new-cd", "--infra", INFRA, "--format", "json"]) == 0
    printed = result(capsys)
    assert (printed["needs"], printed["kept_from"], printed["removed"]) == (["lint", "test"], str(OWN), [])
    jobs = CI[CI.index("    # finds") : CI.index("\n# nobody")]
    text = PATH.read_text(encoding="utf-8")
    assert jobs in text
    assert "env:\n    # for every job\n    LEVEL: ${{ vars.LEVEL }}\n" in text
    assert "# nobody reads this\ndefaults:\n    run: {shell: sh}\njobs:\n" in text
    assert {name: job for name, job in written()["jobs"].items() if name != "deploy"} == yaml.safe_load(CI)["jobs"]
    assert written()["jobs"]["deploy"]["runs-on"] == "koala"
    assert OWN.read_text(encoding="utf-8") == CI
    assert cli.main(["new-cd"]) == 0
    assert "nothing to do" in capsys.readouterr().out


def test_jobs_can_be_moved(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app / OWN, CI.replace("\n", "\r\n"))
    assert cli.main(["new-cd", "--infra", INFRA]) == 0
    assert "ci.yml stays, so that its jobs run twice: --move-ci takes it away" in capsys.readouterr().err
    before = PATH.read_bytes()
    assert b"\r" not in before
    assert cli.main(["new-cd", "--move-ci"]) == 0
    assert capsys.readouterr().out.endswith(f"  {OWN} (removed)\n")
    assert not OWN.exists()
    assert cli.main(["new-cd", "--move-ci"]) == 0
    assert PATH.read_bytes() == before


def test_a_workflow_that_other_events_start_is_not_moved(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app / OWN, CI.replace("    pull_request:", "    schedule: [{cron: 0 1 * * *}]"))
    assert cli.main(["new-cd", "--infra", INFRA, "--move-ci"]) == 2
    assert f"error: {OWN}: is also started by schedule, and must stay" in capsys.readouterr().err
    assert not PATH.exists()
    assert cli.main(["new-cd", "--infra", INFRA]) == 0
    write(app / OWN, CI.replace("    test: ", "    more: "))
    assert cli.main(["new-cd", "--move-ci"]) == 2
    assert f"{OWN}: has jobs that {PATH} lacks: more" in capsys.readouterr().err


def test_the_persons_own_changes_stay(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new-cd", "-C", str(app), "--infra", INFRA, "--ci", "make test"]) == 0
    text = PATH.read_text(encoding="utf-8").replace("make test", "make test lint  # both")
    extra = "  docs:\n    runs-on: other\n    steps: [{run: make docs}]\n"
    write(PATH, text.replace("  deploy:\n", f"{extra}  deploy:\n").replace('needs: ["ci"]', 'needs: ["ci", "docs"]'))
    assert cli.main(["new-cd", "--check"]) == 2, "there is a blank line less"
    assert cli.main(["new-cd", "--replace"]) == 0
    assert cli.main(["new-cd", "--check"]) == 0
    found = written()["jobs"]
    assert found["docs"] == {"runs-on": "other", "steps": [{"run": "make docs"}]}
    assert found["deploy"]["needs"] == ["ci", "docs"]
    assert "make test lint  # both" in PATH.read_text(encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["new-cd", "--ci", "make other", "--replace"]) == 2
    assert "--ci is for a repo without jobs of its own" in capsys.readouterr().err


def test_another_meaning_is_refused_and_can_be_looked_at(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new-cd", "-C", str(app), "--infra", INFRA, "--commit"]) == 0
    before = PATH.read_bytes()
    assert cli.main(["new-cd", "--service", "other"]) == 2
    assert "differs from what would be written" in capsys.readouterr().err
    assert cli.main(["new-cd", "--service", "other", "--replace", "--dry-run"]) == 0
    assert '+      SERVICE: "other"' in capsys.readouterr().out
    assert PATH.read_bytes() == before
    assert cli.main(["new-cd", "--service", "other", "--replace", "--commit"]) == 0
    assert proc.run(("git", "log", "-1", "--format=%s"), cwd=app).stdout == b"ci: deploy other\n"


@pytest.mark.parametrize(
    ("file", "text", "command"),
    [
        (".ci/run", "", "./.ci/run"),
        ("Makefile", "all:\ntest: all\n", "make test"),
        ("go.mod", "module x\n", "go vet ./...\ngo test ./..."),
        ("package.json", '{"scripts": {"test": "jest"}}', "npm ci\nnpm test"),
    ],
)
def test_a_repo_says_how_it_is_tested(app: Path, file: str, text: str, command: str) -> None:
    write(app / file, text)
    assert cli.main(["new-cd", "--infra", INFRA]) == 0
    assert written()["jobs"]["ci"]["steps"][-1]["run"] == f"set -eu\n{command}\n"


def test_a_repo_that_says_nothing_is_told_so(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app / "Makefile", "all:\n")
    write(app / ".github/workflows/release.yml", "on: push\n")
    assert cli.main(["new-cd", "--infra", INFRA]) == 0
    said = capsys.readouterr().err
    assert "the job ci of .gitea/workflows/ci-cd.yml tests nothing yet" in said
    assert "it will not run .github/workflows/release.yml" in said
    assert "--runs-on names the runner" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--infra is missing, the URL of the infra repo\nhint: --infra ssh://git@git.example.org/Team/infra.git"),
        (("--infra", "https://git.example.org/team/infra.git"), "is no ssh URL"),
        (("--infra", "https://me:hunter2@git.example.org/team/infra.git"), "the URL of the remote holds a password"),
        (("--infra", "/srv/infra"), "is no ssh URL"),
        (("--infra", INFRA, "--service", "No Name"), "cannot be the name of a service"),
        (("--infra", INFRA, "--runs-on", "[self-hosted, koala]"), "is no runner label of one word"),
        (("--infra", INFRA, "--branch", "main'"), "is no branch of one word"),
        (("--infra", INFRA, "--image", "registry.example.org/team/app:v1"), "names a tag"),
    ],
)
def test_wrong_usage(app: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert cli.main(["new-cd", *arguments]) == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert "hunter2" not in printed
    assert not (app / PATH).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jobs: {ci: {steps: []}}\n", "has no jobs that can be kept"),
        ("on: push\n", "has no jobs that can be kept"),
        ("- jobs\n", "is no workflow"),
        ("jobs: [\n", "ci.yml:"),
        ("jobs:\n  deploy:\n    steps: []\n", "has a job deploy of its own"),
        ("x: &x {run: make}\njobs:\n  ci:\n    steps: [*x]\n", "x"),
    ],
)
def test_a_workflow_that_cannot_be_kept(app: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    write(app / OWN, text)
    assert cli.main(["new-cd", "--infra", INFRA]) == 2
    assert said in capsys.readouterr().err
    assert not PATH.exists()


def test_a_scp_like_url_and_another_branch(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app / "Makefile", "test:\n")
    command = ("new-cd", "--infra", "git@git.example.org:team/infra.git", "--branch", "release/1", "--format", "json")
    assert cli.main(command) == 0
    assert result(capsys)["settings"][0]["url"] == "https://git.example.org/api/v1/repos/team/infra/keys"
    assert written()[True]["push"] == {"branches": ["release/1"]}
    assert "'refs/heads/release/1'" in written()["jobs"]["deploy"]["if"]
    assert cli.main(["new-cd", "--check"]) == 0


def test_no_checkout_is_needed(app: Path, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proc.run(("git", "push", "-q", str(bare), "HEAD:main"), cwd=app)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new-cd", "--infra", INFRA, "--remote", str(bare)]) == 0
    text = proc.run(("git", "show", f"main:{PATH}"), cwd=bare).stdout.decode()
    assert yaml.safe_load(text)["jobs"]["deploy"]["env"]["SERVICE"] == bare.stem
