"""`bump --wait` and `rollback --wait`: a push, and what Flux makes of it."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jsonschema
import pytest

from infra_tool import cli, proc

SCHEMAS = Path(__file__).parents[2] / "docs/schemas"
TOKEN = "a-token-of-gitea"  # noqa: S105 -- nobody's
POD = "spec: {containers: [{name: main, image: 'registry.example.test/team/n8n:v0'}]}\n"
KUBECTL = """#!/bin/sh
commit=$(git --git-dir='{bare}' rev-parse main)
sed "s/COMMIT/$commit/" '{objects}'
"""
OBJECTS = {
    "items": [
        {
            "kind": "GitRepository",
            "metadata": {"name": "infra", "namespace": "flux-system"},
            "spec": {"url": "URL", "ref": {"branch": "main"}},
        },
        {
            "kind": "Kustomization",
            "metadata": {"name": "n8n", "namespace": "flux-system", "generation": 1},
            "spec": {"sourceRef": {"kind": "GitRepository", "name": "infra"}},
            "status": {
                "observedGeneration": 1,
                "lastAttemptedRevision": "main@sha1:COMMIT",
                "conditions": [{"type": "Ready", "status": "True", "message": "all well"}],
            },
        },
    ]
}


@pytest.fixture
def checkout(git_repo: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a checkout of a pushed infra repo with one service."""
    monkeypatch.delenv("GITEA_TOKEN", raising=False)
    (git_repo / "apps/n8n").mkdir(parents=True)
    (git_repo / "apps/n8n/kustomization.yaml").write_text("resources: [pod.yaml]\n", encoding="utf-8")
    (git_repo / "apps/n8n/pod.yaml").write_text(POD, encoding="utf-8")
    for command in (("add", "-A"), ("commit", "-qm", "start"), ("remote", "add", "origin", str(bare))):
        proc.run(("git", *command), cwd=git_repo)
    proc.run(("git", "push", "-q", "origin", "HEAD:main"), cwd=git_repo)
    monkeypatch.chdir(git_repo)
    return git_repo


@pytest.fixture
def kubectl(tmp_path: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a kubectl whose cluster is at the tip of the branch; return the file with what it prints."""
    objects = tmp_path / "objects.json"
    objects.write_text(json.dumps(OBJECTS).replace("URL", str(bare)), encoding="utf-8")
    program = tmp_path / "bin/kubectl"
    program.parent.mkdir()
    program.write_text(KUBECTL.format(bare=bare, objects=objects), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return objects


def call(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert cli.main([*words, "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, json.loads((SCHEMAS / f"{words[0]}.json").read_text(encoding="utf-8")))
    found: dict[str, Any] = printed["result"]
    return found


@pytest.mark.usefixtures("checkout")
def test_behind_a_gate_the_cluster_follows_another_branch(kubectl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = kubectl.read_text(encoding="utf-8").replace('"branch": "main"', '"branch": "live"')
    kubectl.write_text(text.replace("main@sha1", "live@sha1"), encoding="utf-8")
    assert call(capsys, "bump", "n8n", "v1", "--push", "--wait")["applied"] == "n8n"


@pytest.mark.usefixtures("checkout", "kubectl")
def test_the_cluster_tells_that_a_commit_is_applied(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "bump", "n8n", "v1", "--push", "--wait")["applied"] == "n8n"
    assert call(capsys, "bump", "n8n", "v2", "--push", "--wait")["applied"] == "n8n"
    assert call(capsys, "rollback", "n8n", "--push", "--wait")["applied"] == "n8n"


@pytest.mark.usefixtures("checkout", "kubectl")
def test_nothing_pushed_is_nothing_to_wait_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bump", "n8n", "v0", "--push", "--wait"]) == 0
    assert "nothing to wait for" in capsys.readouterr().err


@pytest.mark.usefixtures("checkout")
def test_what_flux_cannot_apply_is_an_error_after_the_push(
    kubectl: Path, bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = kubectl.read_text(encoding="utf-8").replace('"True"', '"False"').replace("all well", "no such image")
    kubectl.write_text(text, encoding="utf-8")
    assert cli.main(["bump", "n8n", "v1", "--push", "--wait"]) == 3
    assert "Flux cannot apply it: n8n: no such image" in capsys.readouterr().err
    subject = proc.run(("git", "log", "-1", "--format=%s", "main"), cwd=bare).stdout
    assert b"n8n" in subject


class _Gitea(BaseHTTPRequestHandler):
    """Answers as Gitea does where Flux reports success on the tip of a branch."""

    bare: Path

    def do_GET(self) -> None:
        assert self.headers["Authorization"] == f"token {TOKEN}"
        tip = proc.run(("git", "rev-parse", "main"), cwd=self.bare).stdout.decode().strip()
        status = {"context": "kustomization/n8n/0a1b2c3d", "status": "success", "description": "all well"}
        answers: dict[str, object] = {
            "/api/v1/repos/team/infra/commits": [{"sha": tip}],
            f"/api/v1/repos/team/infra/commits/{tip}/status": {"statuses": [status]},
        }
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answers[self.path.partition("?")[0]]).encode())

    def log_message(self, *_: object) -> None:
        """Keep the tests quiet."""


def test_what_flux_reports_to_gitea_counts(
    bare: Path, checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITEA_TOKEN", TOKEN)
    handler = type("Handler", (_Gitea,), {"bare": bare})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        remote = f"http://127.0.0.1:{server.server_address[1]}/team/infra.git"
        proc.run(("git", "config", "--global", f"url.{bare}.insteadOf", remote), cwd=checkout)
        assert call(capsys, "bump", "n8n", "v1", "--remote", remote, "--wait")["applied"] == "n8n"
        server.shutdown()
        thread.join()
    assert TOKEN not in "".join(capsys.readouterr())


@pytest.mark.usefixtures("checkout")
def test_without_a_way_to_know_nothing_is_pushed(
    bare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to(proc.find("git"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    before = proc.run(("git", "rev-parse", "main"), cwd=bare).stdout
    assert cli.main(["bump", "n8n", "v1", "--push", "--wait"]) == 2
    assert "a token of Gitea in GITEA_TOKEN, or kubectl" in capsys.readouterr().err
    assert proc.run(("git", "rev-parse", "main"), cwd=bare).stdout == before
