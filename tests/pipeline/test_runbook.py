"""The errors that docs/runbook.md quotes are those that the program tells, each seen happening."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from buildctl import Buildctl
from oci import Registry

from infra_tool import cli, deploy, git, proc
from infra_tool.errors import InfraToolError
from infra_tool.git import Delivery
from infra_tool.watch import seen

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"`(error: [^`]+)`", RUNBOOK)
PAGES = [
    (ROOT / f"docs/{name}.md").read_text(encoding="utf-8") for name in ("runbook", "gitea", "doctor", "threat-model")
]
COMMANDS = [
    one
    for page in PAGES
    for one in re.findall(r"(?:`|^    |\| )(?:[A-Z_]+=\S+ )?infra-tool ([a-z][^`\n]*)", page, re.MULTILINE)
]
WILD = re.compile(r"\b(?:ADDRESS|IMAGE|HOST|REPOSITORY|USER|N|SERVICE|PATH|S)\b|\.\.\.")
SECRET = "apps/n8n/secrets.enc.yaml"  # noqa: S105 -- a path

Told = Callable[..., str]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Return what calls infra-tool, which fails, and returns the quotes of the runbook that its error is one of."""

    def call(*words: str) -> str:
        capsys.readouterr()
        assert cli.main(words) in {2, 3, 4}
        return quote(capsys.readouterr().err)

    return call


def quote(error: str) -> str:
    """Return the one quote that says what an error says."""
    found = [one for one in QUOTED if re.search(f"^{pattern(one)}$", error, re.MULTILINE)]
    assert len(found) == 1, (error, found)
    return found[0]


def pattern(text: str) -> str:
    parts = WILD.split(text)
    return ".+".join(re.escape(part) for part in parts)


def error(message: str) -> str:
    return quote(f"error: {message}")


def test_buildkit(app: Path, registry: Registry, told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert app
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", registry.config("bot"))
    image = ("image", "build", "--image", f"{registry.host}/team/web")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("infra_tool.pipeline.buildkit.SYSTEM", str(tmp_path))
    monkeypatch.delenv("BUILDKIT_HOST", raising=False)
    assert told(*image) == "error: BuildKit is not running: no socket ... or elsewhere"
    monkeypatch.setenv("BUILDKIT_HOST", f"unix://{tmp_path}/nobody.sock")
    assert told(*image) == "error: BuildKit cannot be reached at ADDRESS: ..."


def test_the_registry(
    app: Path, registry: Registry, buildctl: Buildctl, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    assert buildctl
    image = ("image", "build", "--image", f"{registry.host}/team/web")
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", registry.config("reader"))
    assert told(*image) == "error: IMAGE was not built: ...failed to push..."
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", "bot:wr0ng")
    assert told(*image) == "error: HOST does not let USER read REPOSITORY"
    monkeypatch.delenv("BUILDKIT_REGISTRY_AUTH")
    assert told(*image) == "error: HOST wants a credential for REPOSITORY"


@pytest.fixture
def infra(tmp_path: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an infra repo with a service that runs v1, whose remote is a directory."""
    place = tmp_path / "infra"
    own = ("--registry", "git.example.org", "--owner", "team", "--cluster", "koala")
    assert cli.main(["init", str(place), *own, "--remote", "ssh://git@git.example.org/team/infra.git"]) == 0
    monkeypatch.chdir(place)
    assert cli.main(["new-cluster", "koala"]) == 0
    assert cli.main(["new-service", "n8n", "--tag", "v1"]) == 0
    for command in (
        ("add", "-A"),
        ("commit", "-qm", "start", "--no-verify"),
        ("remote", "add", "origin", str(bare)),
        ("push", "-q", "--no-verify", "origin", "main"),
    ):
        proc.run(("git", *command), cwd=place)
    return place


def test_a_push(infra: Path, bare: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    bump = ("bump", "n8n", "v2", "--remote")
    monkeypatch.setenv("KEY", "-----BEGIN OPENSSH PRIVATE KEY-----")
    key = told(*bump, "ssh://git@localhost/team/infra.git", "--ssh-key-env", "KEY")
    assert key == "error: the private ssh-agent did not take the key"
    hook = bare / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'protected from changing file' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    assert told(*bump, f"file://{bare}") == "error: the push to main was refused: ..."
    hook.unlink()
    assert cli.main(["hold", "n8n", "--reason", "bad release"]) == 0
    assert told("bump", "n8n", "v2") == "error: SERVICE is held by ..."
    assert infra


def test_others_push_first(infra: Path, bare: Path) -> None:
    """Somebody pushes between each fetch and the push after it."""
    change = deploy.hold("n8n", deploy.Hold("somebody", "", "a reason"))

    def overtaken(snapshot: git.GitSnapshot):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a Plan, as a change returns it
        proc.run(("git", "commit", "-q", "--allow-empty", "--no-verify", "-m", "other"), cwd=infra)
        proc.run(("git", "push", "-q", "--no-verify", "origin", "main"), cwd=infra)
        return change(snapshot)

    with pytest.raises(InfraToolError) as caught:
        git.deliver(overtaken, Delivery(kind="push", remote=f"file://{bare}", retries=1))
    assert error(caught.value.message) == "error: others pushed first, N times in a row"


def test_another_branch(infra: Path, git_repo: Path, told: Told) -> None:
    commits = []
    for branch in ("one", "two"):
        proc.run(("git", "checkout", "-q", "--orphan", branch), cwd=git_repo)
        proc.run(("git", "commit", "-q", "--allow-empty", "-m", branch), cwd=git_repo)
        commits.append(proc.run(("git", "rev-parse", "HEAD"), cwd=git_repo).stdout.decode().strip())
    source = ("--source-dir", str(git_repo))
    order = "error: SERVICE is not moved: the order of the build and of what is deployed is not known"
    assert told("bump", "n8n", commits[0], *source) == order
    assert cli.main(["bump", "n8n", commits[0], *source, "--on-unknown-order", "deploy"]) == 0
    other = "error: SERVICE is not moved: the build and what is deployed have diverged"
    assert told("bump", "n8n", commits[1], *source) == other
    assert infra


def test_a_wait_that_ends_badly() -> None:
    with pytest.raises(InfraToolError) as caught:
        seen.until(lambda: seen.Seen("pending", "Reconciliation in progress"), "COMMIT", 0)
    assert error(caught.value.message) == "error: COMMIT is pushed, and not applied after S s: ..."
    with pytest.raises(InfraToolError) as caught:
        seen.until(lambda: seen.Seen("failed", "build failed"), "COMMIT", 0)
    assert error(caught.value.message) == "error: COMMIT is pushed, and Flux cannot apply it: ..."


def test_no_key(infra: Path, told: Told, home: Path) -> None:
    assert infra
    (home / ".config/sops/age/keys.txt").unlink()
    closed = told("secret", "get", SECRET, "SECRET_KEY")
    assert closed == "error: PATH: no private key here opens this file; it is for ..."


def test_each_quote_is_seen_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    unseen = [one for one in QUOTED if f'"{one}"' not in text]
    assert not unseen


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_a_command_that_is_told_is_one(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command.replace("\\|", "|").partition("|")[0])
    names = words[:2] if words[0] in {"secret", "gitea", "hook", "image"} else words[:1]
    assert cli.main([*names, "--help"]) == 0
    shown = capsys.readouterr().out
    missing = [word for word in words if word.startswith("--") and word not in shown]
    assert not missing
