"""layout, as a person types it: one commit a step, and what to wait for between them."""

import json
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import jsonschema
import pytest

from infra_tool import cli, git

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/layout.json").read_text())

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(git_repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command in an infra repo with a service of the shared layout, all of it committed."""
    remote = "ssh://git@git.example.org/team/infra.git"
    with chdir(git_repo):
        for command in (
            ("init", ".", "--registry", "registry.example.org", "--owner", "team", "--remote", remote),
            ("new-cluster", "koala"),
            ("new-service", "web", "--tag", "v1", "--no-secrets"),
        ):
            assert cli.main(command) == 0
    git.run(("add", "-A"), cwd=git_repo)
    git.run(("commit", "-qm", "start", "--no-verify"), cwd=git_repo)
    monkeypatch.chdir(git_repo)

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(("layout", *arguments))
        return code, *capsys.readouterr()

    return command


def test_each_step_is_a_commit_and_names_what_to_wait_for(run: Run, git_repo: Path) -> None:
    code, out, err = run("isolated", "--commit")
    commit = out.splitlines()[-1].removeprefix("commit ")
    done = "koala: Flux keeps what leaves its Flux Kustomization\n  clusters/koala/flux-system/sync.yaml\n"
    assert (code, out) == (0, f"{done}commit {commit}\n")
    wait = "  kubectl -n flux-system wait --timeout=15m kustomization/"
    assert err.splitlines() == [
        "next: when the cluster has it, which these wait for:",
        f"{wait}cluster-koala --for=jsonpath='{{.spec.prune}}'=false",
        "next: infra-tool layout isolated --step move --commit",
    ]
    code, out, told = run("isolated")
    assert (code, out, told) == (0, "koala: the next step is move: the services move\n", err.replace(" --commit", ""))
    code, out, err = run("isolated", "--step", "move", "--commit")
    moved = out.splitlines()[-1].removeprefix("commit ")
    assert f"{wait}cluster-koala --for=jsonpath='{{.status.lastAppliedRevision}}'=main@sha1:{moved}\n" in err
    assert f"{wait}web --for=condition=Ready\nnext: infra-tool layout isolated --step prune --commit\n" in err
    code, _, err = run("isolated", "--step", "prune", "--commit")
    assert (code, err) == (0, "")
    assert run("isolated") == (0, "koala is isolated already: nothing to do\n", "")
    subjects = git.run(("log", "--format=%s"), cwd=git_repo).stdout.decode().splitlines()
    assert subjects == [
        "chore(koala): what leaves its Flux Kustomization is deleted again",
        "chore(koala): services are isolated",
        "chore(koala): what leaves its Flux Kustomization is kept",
        "start",
    ]
    assert git.run(("status", "--short"), cwd=git_repo).stdout == b""


def test_json(run: Run) -> None:
    found = json.loads(run("isolated", "--service", "web", "--format", "json", "--commit")[1])
    jsonschema.validate(found, SCHEMA)
    result = found["result"]
    assert (result["step"], result["left"], result["services"]) == ("keep", ["move", "prune"], ["web"])
    code, _, err = run("isolated", "--service", "web")
    assert (code, err.splitlines()[-1]) == (0, "next: infra-tool layout isolated --service web --step move")
    for step in ("move", "prune"):
        jsonschema.validate(json.loads(run("isolated", "--step", step, "--format", "json", "--commit")[1]), SCHEMA)
    done = json.loads(run("isolated", "--format", "json")[1])
    jsonschema.validate(done, SCHEMA)
    assert (done["result"]["step"], done["result"]["left"], done["result"]["wait"]) == (None, [], [])


def test_the_next_command_is_for_the_same(run: Run) -> None:
    code, _, err = run("isolated", "--service", "web", "--cluster", "koala", "--commit")
    said = "next: infra-tool layout isolated --cluster koala --service web --step move --commit"
    assert (code, err.splitlines()[-1]) == (0, said)
    for step in ("move", "prune"):
        assert run("isolated", "--service", "web", "--step", step, "--commit")[0] == 0
    assert run("isolated", "--service", "web")[1] == "koala: web is isolated already: nothing to do\n"


def test_the_next_command_goes_to_the_same_remote(run: Run, git_repo: Path, tmp_path: Path) -> None:
    bare = tmp_path / "the remote"
    git.run(("clone", "-q", "--bare", str(git_repo), str(bare)), cwd=tmp_path)
    code, _, err = run("isolated", "--push", "--remote", str(bare), "--branch", "main")
    said = f"next: infra-tool layout isolated --step move --push --remote '{bare}' --branch main"
    assert (code, err.splitlines()[-1]) == (0, said), err


def test_the_wait_is_for_what_applies_the_service(run: Run, git_repo: Path) -> None:
    for arguments in ((), ("--step", "move"), ("--step", "prune")):
        assert run("isolated", *arguments, "--commit")[0] == 0
    path = git_repo / "clusters/koala/web.yaml"
    head, kind, own = path.read_text().rpartition("kind: Kustomization\n")
    own = own.replace("name: web", "name: the-web", 1).replace("namespace: flux-system", "namespace: team", 1)
    path.write_text(head + kind + own)
    git.run(("commit", "-qam", "another name", "--no-verify"), cwd=git_repo)
    code, _, err = run("shared", "--commit")
    wait = "  kubectl -n team wait --timeout=15m kustomization/the-web --for=jsonpath='{.spec.prune}'=false"
    assert (code, wait in err.splitlines()) == (0, True), err


def test_looking_first_changes_nothing(run: Run, git_repo: Path) -> None:
    code, out, err = run("isolated", "--dry-run")
    assert (code, "-  prune: true\n+  prune: false\n" in out, err) == (0, True, "")
    assert run("isolated", "--check")[0] == 1
    assert git.run(("status", "--short"), cwd=git_repo).stdout == b""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("isolated", "--step", "move"), "the next step is keep, not move"),
        (("shared", "--step", "move"), "nothing is left to do, not move"),
        (("isolated", "--service", "other"), "koala has no service other"),
        (("isolated", "--cluster", "panda"), "there is no cluster panda"),
        (("apart",), "is not one of 'shared', 'isolated'"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out, said in err) == (2, "", True), err


def test_an_object_that_cannot_be_built_is_no_reason_to_guess(run: Run, git_repo: Path) -> None:
    (git_repo / "apps/web/kustomization.yaml").write_text("resources: [nowhere.yaml]\n")
    code, _, err = run("isolated")
    assert (code, "nowhere.yaml" in err) in {(2, True), (3, True)}
