"""An infra repo on real servers, and what can go wrong with them."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import http_git
import pytest
import sshd

from infra_tool import cli, proc

SERVICES = [f"s{number:02}" for number in range(50)]
CONFIG = "version: 1\nregistry: registry.example.test\nowner: team\n"
POD = "spec:\n  containers:\n    - name: main\n      image: registry.example.test/team/{name}:IMAGE_TAG\n"


def git(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    return proc.run(("git", *arguments), cwd=cwd, env={**os.environ, **(env or {})}).stdout.decode().strip()


@dataclass
class Server:
    """A bare repo with the services, which everybody reaches by a way of their own."""

    repo: Path
    url: str
    options: Sequence[str] = ()

    def bump(self, *words: str) -> int:
        """Bump in this process and return the exit code."""
        return cli.main(self.command(*words)[1:])

    def command(self, *words: str) -> list[str]:
        return ["infra-tool", "bump", *words, "--remote", self.url, *self.options]

    def hook(self, name: str, script: str) -> None:
        """Run a script before (pre-receive) or after (post-receive) each push; `$N` counts them."""
        place = self.repo / "hooks" / name
        place.parent.mkdir(exist_ok=True)
        count = f"cd {self.repo}; echo x >> {name}.count; N=$(wc -l < {name}.count)"
        place.write_text(f"#!/bin/sh\n{count}\n{script}\nexit 0\n")
        place.chmod(0o755)

    def pushes(self, name: str = "pre-receive") -> int:
        """How often a hook ran."""
        place = self.repo / f"{name}.count"
        return len(place.read_text().splitlines()) if place.exists() else 0

    @property
    def log(self) -> list[str]:
        """The subjects of the branch, newest first."""
        return git("log", "--format=%s", "main", cwd=self.repo).splitlines()

    def tag(self, service: str) -> str:
        """Return the tag that a service has on the branch."""
        return git("show", f"main:apps/{service}/pod.yaml", cwd=self.repo).rpartition(":")[2]


@pytest.fixture
def repo(tmp_path: Path, bare: Path) -> Path:
    """Return a bare repo with fifty services of cluster koala, none deployed by us yet."""
    place = tmp_path / "seed"
    files = {".infra-tool.yaml": CONFIG}
    listed = "".join(f"  - ../../apps/{name}\n" for name in SERVICES)
    files["clusters/koala/kustomization.yaml"] = f"resources:\n{listed}"
    for name in SERVICES:
        files[f"apps/{name}/kustomization.yaml"] = "resources: [pod.yaml]\n"
        files[f"apps/{name}/pod.yaml"] = POD.format(name=name)
    for path, text in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text)
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "first")):
        git(*command, cwd=place)
    git("push", "-q", str(bare), "main", cwd=place)
    return bare


@pytest.fixture
def person(repo: Path, tmp_path: Path) -> Callable[..., None]:
    """Return what somebody else does: git commands in a checkout of theirs, which is brought up to date first."""
    place = tmp_path / "person"
    git("clone", "-q", str(repo), str(place), cwd=tmp_path)

    def act(*commands: Sequence[str]) -> None:
        git("fetch", "-q", cwd=place)
        git("reset", "-q", "--hard", "origin/main", cwd=place)
        for command in commands:
            git(*command, cwd=place)

    return act


@pytest.fixture
def files(repo: Path) -> Server:
    """Return the server that is a directory."""
    return Server(repo, f"file://{repo}")


@pytest.fixture
def http(repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[http_git.HttpGit]:
    """Run the server with a token, which git asks a program for, as GIT_ASKPASS says."""
    ask = tmp_path / "ask"
    ask.write_text(f"#!/bin/sh\ncase $1 in User*) echo somebody;; *) echo {http_git.TOKEN};; esac\n")
    ask.chmod(0o755)
    monkeypatch.setenv("GIT_ASKPASS", str(ask))
    git("config", "http.receivepack", "true", cwd=repo)
    with http_git.serving(repo.parent) as server:
        yield server


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a new private key."""
    return sshd.keygen(tmp_path / "key")


@pytest.fixture
def ssh(tmp_path: Path, key: Path) -> Iterator[sshd.Sshd]:
    """Run a server that lets the key in."""
    with sshd.serving(tmp_path / "sshd", key) as server:
        yield server


@pytest.fixture(params=["file", "http", "ssh"])
def server(request: pytest.FixtureRequest, repo: Path) -> Server:
    """Return the infra repo on each kind of server in turn."""
    if request.param == "file":
        return Server(repo, f"file://{repo}")
    if request.param == "http":
        return Server(repo, request.getfixturevalue("http").url(repo))
    key, running = request.getfixturevalue("key"), request.getfixturevalue("ssh")
    options = ("--ssh-key", str(key), "--known-hosts", str(running.known_hosts))
    return Server(repo, running.url(repo), options)
