"""A real Gitea takes what `gitea setup` sets, holds the key of CD to it, and has nothing left to set afterwards."""

import hashlib
import hmac
import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import sshd
from rig.gitea import Gitea, Repo, User

from infra_tool import cli, git, proc
from infra_tool.gitea import is_covered
from infra_tool.pipeline import protected

pytestmark = pytest.mark.e2e

KEEP = {"keep", "open"}
FREE = ("apps/n8n/deployment.yaml", "apps/n8n/config.yaml", "docs/notes.md", "clusters.md", "apps/n8n/sops.yaml")
PROTECTED = (
    "clusters/koala/kustomization.yaml",
    "clusters/koala/flux-system/sync.yaml",
    "components/registry-pull/kustomization.yaml",
    "bootstrap/koala/sops-age.enc.yaml",
    ".gitea/workflows/validate.yml",
    ".github/workflows/other.yml",
    ".sops.yaml",
    ".infra-tool.yaml",
    ".pre-commit-config.yaml",
    "apps/n8n/secrets.enc.yaml",
    "apps/n8n/smtp.secrets.enc.yaml",
    "apps/n8n/deep/er/secrets.enc.yml",
    "apps/n8n/.hold",
    "apps/n8n/kustomization.yaml",
    "apps/other/kustomization.yml",
)


class Infra:
    """An infra repo of one's own on the server, pushed, and a checkout to work in."""

    def __init__(self, gitea: Gitea, owner: User, place: Path) -> None:
        self.gitea = gitea
        self.repo: Repo = owner.repo("infra")
        self.checkout = place / "infra"
        self.known_hosts = place / "known_hosts"
        self.known_hosts.write_text(gitea.known_hosts, encoding="utf-8")
        own = ("--registry", gitea.host, "--owner", owner.name, "--cluster", "koala", "--remote", self.repo.ssh)
        for command in (
            ("init", str(self.checkout), *own),
            ("new-cluster", "-C", str(self.checkout), "koala", "--receiver", "--known-hosts", str(self.known_hosts)),
            ("new-service", "-C", str(self.checkout), "n8n", "--tag", "v1"),
        ):
            assert cli.main(command) == 0, command
        self.commit("start")
        proc.run(("git", "push", "-q", "--no-verify", self.repo.url, "HEAD:main"), cwd=self.checkout)

    def commit(self, subject: str) -> None:
        proc.run(("git", "add", "-A"), cwd=self.checkout)
        proc.run(("git", "commit", "-q", "--no-verify", "-m", subject), cwd=self.checkout)

    def push(self, key: Path, path: str, *, force: bool = False) -> proc.Completed:
        """Push one commit on the end of main that writes a file, with a deploy key; by force: as the first commit."""
        env = self._env(key)
        proc.run(("git", "fetch", "-q", self.repo.ssh, "main"), cwd=self.checkout, env=env)
        proc.run(("git", "checkout", "-q", "--detach", "-f", "FETCH_HEAD"), cwd=self.checkout)
        target = self.checkout / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        self.commit("change")
        if force:
            tree = proc.run(("git", "rev-parse", "HEAD^{tree}"), cwd=self.checkout).stdout.decode().strip()
            commit = proc.run(("git", "commit-tree", "-m", "anew", tree), cwd=self.checkout).stdout.decode().strip()
            return self._push(env, "--force", f"{commit}:main")
        return self._push(env, "HEAD:main")

    def push_head(self, key: Path, branch: str) -> proc.Completed:
        """Push what is checked out to a branch, with a deploy key."""
        return self._push(self._env(key), f"HEAD:refs/heads/{branch}")

    def _push(self, env: dict[str, str], *words: str) -> proc.Completed:
        command = ("git", "push", "-q", "--no-verify", self.repo.ssh, *words)
        return proc.run(command, cwd=self.checkout, env=env, ok=None, timeout=300)

    def _env(self, key: Path) -> dict[str, str]:
        words = git.ssh.words(git.Ssh(known_hosts=self.known_hosts), identity=key)
        return {**os.environ, "GIT_SSH_COMMAND": shlex.join(words)}


@pytest.fixture
def owner(gitea: Gitea) -> User:
    return gitea.user()


@pytest.fixture
def infra(gitea: Gitea, owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Infra:
    made = Infra(gitea, owner, tmp_path)
    monkeypatch.setenv("GITEA_TOKEN", owner.token("write:repository", "write:user"))
    monkeypatch.chdir(made.checkout)
    return made


def set_up(infra: Infra, capsys: pytest.CaptureFixture[str], *options: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return the steps that were made, by what they are about."""
    capsys.readouterr()
    words = ("gitea", "setup", "--url", infra.gitea.url, "--known-hosts", str(infra.known_hosts), *options)
    assert cli.main([*words, "--format", "json"]) == 0
    steps = json.loads(capsys.readouterr().out)["result"]["steps"]
    return {(step["kind"], step["name"]): step for step in steps}


def test_the_server_takes_all_of_it_once(
    infra: Infra, owner: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--receiver-url", "http://127.0.0.1:9")
    planned = set_up(infra, capsys, *options, "--dry-run")
    assert infra.repo.do("GET", "/keys") == []
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", f"{owner.name}:{owner.token('write:package')}")
    made = set_up(infra, capsys, *options)
    assert made.keys() == planned.keys()
    assert {step["action"] for step in made.values()} == {"create", "write", "open"}
    assert [kind for (kind, _), step in made.items() if step["action"] == "open"] == ["cleanup rule"]
    monkeypatch.delenv("BUILDKIT_REGISTRY_AUTH")
    assert {step["action"] for step in set_up(infra, capsys, *options).values()} == KEEP
    assert {key["title"]: key["read_only"] for key in infra.repo.do("GET", "/keys")} == {
        "cd": False, "flux-koala": True
    }  # fmt: skip
    found = owner.do("GET", "/user/actions/variables/INFRA_KNOWN_HOSTS")["data"]
    assert found.split()[:3] == infra.gitea.known_hosts.split()[:3]


def test_the_key_of_cd_deploys_and_is_held_to_that(
    infra: Infra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = sshd.keygen(tmp_path / "cd")
    monkeypatch.setenv("INFRA_DEPLOY_KEY", key.read_text(encoding="utf-8"))
    set_up(infra, capsys)
    remote = ("--remote", infra.repo.ssh, "--ssh-key-env", "INFRA_DEPLOY_KEY", "--known-hosts", str(infra.known_hosts))
    assert cli.main(["bump", "n8n", "v2", *remote]) == 0
    assert ":v2" in infra.repo.file("apps/n8n/deployment.yaml")
    patterns = protected.patterns(git.WorkTree(infra.checkout))
    for path in FREE:
        assert not is_covered(patterns, path), path
        done = infra.push(key, path)
        assert done.status == 0, (path, done.stderr)
    tip = infra.repo.tip()
    for path in PROTECTED:
        assert is_covered(patterns, path), path
        done = infra.push(key, path)
        assert f"protected from changing file {path}" in done.stderr.decode(), path
    forced = infra.push(key, "apps/n8n/deployment.yaml", force=True)
    assert "protected from force push" in forced.stderr.decode()
    assert infra.repo.tip() == tip


def test_what_the_protection_leaves_open_is_as_the_threat_model_says(
    infra: Infra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = sshd.keygen(tmp_path / "cd")
    monkeypatch.setenv("INFRA_DEPLOY_KEY", key.read_text(encoding="utf-8"))
    set_up(infra, capsys)
    workflow = infra.checkout / ".gitea/workflows/other.yml"
    workflow.write_text("on: push\njobs: {one: {runs-on: nowhere, steps: [{run: 'true'}]}}\n", encoding="utf-8")
    infra.commit("a workflow of another branch")
    assert infra.push_head(key, "other").status == 0
    runs = infra.gitea.wait(lambda: infra.repo.do("GET", "/actions/runs?branch=other")["workflow_runs"], "the run")
    assert "other.yml@refs/heads/other" in {run["path"] for run in runs}


def test_the_key_of_a_cluster_may_only_read(infra: Infra, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(infra, capsys)
    assert cli.main(["secret", "get", "bootstrap/koala/infra-git.enc.yaml", "identity"]) == 0
    key = tmp_path / "flux"
    key.touch(mode=0o600)
    key.write_text(capsys.readouterr().out.strip() + "\n", encoding="utf-8")
    done = infra.push(key, "apps/n8n/deployment.yaml")
    assert "flux-koala is not authorized to write to" in done.stderr.decode()


def test_a_key_with_the_wrong_rights_is_put_right(infra: Infra, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(infra, capsys)
    (flux,) = (key for key in infra.repo.do("GET", "/keys") if key["title"] == "flux-koala")
    infra.repo.do("DELETE", f"/keys/{flux['id']}")
    infra.repo.do("POST", "/keys", {"title": "by hand", "key": flux["key"], "read_only": False})
    assert set_up(infra, capsys)["deploy key", "flux-koala"]["action"] == "update"
    assert {key["title"]: key["read_only"] for key in infra.repo.do("GET", "/keys")}["flux-koala"] is True


def test_what_the_branch_was_protected_from_it_stays_protected_from(
    infra: Infra, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = {"rule_name": "main", "enable_push": True, "required_approvals": 1, "protected_file_patterns": "LICENSE"}
    infra.repo.do("POST", "/branch_protections", rule)
    assert set_up(infra, capsys)["branch protection", "main"]["action"] == "update"
    found = infra.repo.do("GET", "/branch_protections/main")
    assert found["protected_file_patterns"].startswith("LICENSE;clusters/**;")
    assert (found["required_approvals"], found["push_whitelist_deploy_keys"]) == (1, True)
    assert set_up(infra, capsys)["branch protection", "main"]["action"] == "keep"


def test_an_organisation_has_secrets_of_its_own(
    infra: Infra, owner: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    organisation = f"{owner.name}-apps"
    owner.do("POST", "/orgs", {"username": organisation, "visibility": "private"})
    monkeypatch.setenv("GITEA_TOKEN", owner.token("write:repository", "write:user", "write:organization"))
    made = set_up(infra, capsys, "--owner", organisation)
    assert made["secret", "INFRA_DEPLOY_KEY"]["action"] == "create"
    assert made["deploy key", f"cd-{organisation}"]["action"] == "create"
    assert made["secret", "BUILDKIT_REGISTRY_AUTH"]["detail"].startswith("it has no value")
    assert {step["action"] for step in set_up(infra, capsys, "--owner", organisation).values()} == KEEP
    assert [one["name"] for one in owner.do("GET", f"/orgs/{organisation}/actions/secrets")] == ["INFRA_DEPLOY_KEY"]


def test_a_branch_that_was_never_pushed_can_still_be(
    owner: User, infra: Infra, capsys: pytest.CaptureFixture[str]
) -> None:
    config = infra.checkout / ".infra-tool.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("/infra.git", "/empty.git"), encoding="utf-8")
    empty = owner.repo("empty")
    assert set_up(infra, capsys)["branch protection", "main"]["action"] == "open"
    proc.run(("git", "push", "-q", "--no-verify", empty.url, "HEAD:main"), cwd=infra.checkout)
    assert set_up(infra, capsys)["branch protection", "main"]["action"] == "create"


def test_a_token_that_may_not_is_told_so(
    infra: Infra, owner: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITEA_TOKEN", owner.token("read:repository", "read:user"))
    assert cli.main(["gitea", "setup", "--url", infra.gitea.url]) == 3
    shown = capsys.readouterr().err
    assert "answered 403" in shown
    assert (
        "hint: the token needs write:repository and write:user; write:organization where one owns the app repos"
        in shown
    )


class _Hook(BaseHTTPRequestHandler):
    calls: list[tuple[str, Any, bytes]]
    called: Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.calls.append((self.path, self.headers, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.called.set()

    def log_message(self, *_: object) -> None:
        """Keep the tests quiet."""


@contextmanager
def listening() -> Iterator[str]:
    """Listen where notification-controller would."""
    _Hook.calls, _Hook.called = [], Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hook) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_push_calls_the_receiver_with_a_signature_of_the_token(
    infra: Infra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = sshd.keygen(tmp_path / "cd")
    monkeypatch.setenv("INFRA_DEPLOY_KEY", key.read_text(encoding="utf-8"))
    with listening() as url:
        set_up(infra, capsys, "--receiver-url", url)
        assert infra.push(key, "docs/notes.md").status == 0
        assert _Hook.called.wait(120)
    path, headers, body = _Hook.calls[0]
    assert cli.main(["secret", "get", "bootstrap/koala/receiver-token.enc.yaml", "token"]) == 0
    token = capsys.readouterr().out.strip()
    namespaced = hashlib.sha256(f"{token}giteaflux-system".encode()).hexdigest()
    assert path == f"/hook/{namespaced}"
    assert headers["X-GitHub-Event"] == "push"
    assert headers["X-Hub-Signature-256"] == f"sha256={hmac.digest(token.encode(), body, 'sha256').hex()}"
