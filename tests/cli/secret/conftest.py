"""An infra repo on disk, made by hand: two people, a cluster, one service with encrypted secrets."""

import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infra_tool import cli, proc, sops
from infra_tool.sops import Identity

SCHEMAS = Path(__file__).parents[3] / "docs/schemas"
PATH = "apps/n8n/secrets.enc.yaml"
MANIFEST = """\
apiVersion: v1
kind: Secret
metadata:
  name: n8n
  annotations:
    infra-tool/stub-keys: API_KEY
type: Opaque
stringData:
  ENCRYPTION_KEY: correct-horse # of n8n
  API_KEY: stub
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: n8n
spec:
  selector:
    matchLabels: {app: n8n}
  template:
    metadata:
      labels: {app: n8n}
      annotations:
        infra-tool/secrets: "000000000000"
    spec:
      containers:
        - name: n8n
          image: registry.example.test/me/n8n:1.0.0
          envFrom:
            - secretRef: {name: n8n}
            - secretRef: {name: new, optional: true}
"""
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: n8n
resources:
  - namespace.yaml
  - deployment.yaml
  - secrets.enc.yaml
"""
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: n8n\n"
CLUSTER = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - flux-system
  - ../../apps/n8n
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m
  path: ./clusters/koala
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  decryption:
    provider: sops
    secretRef:
      name: sops-age
"""


@dataclass(frozen=True)
class Said:
    """How a command line ended."""

    code: int
    out: str
    err: str

    def result(self, schema: str) -> dict[str, Any]:
        """Return the result of a command that was asked for JSON, checked against its schema."""
        found = json.loads(self.out)
        jsonschema.validate(found, json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8")))
        result = found["result"]
        assert isinstance(result, dict)
        return result


@dataclass(frozen=True)
class Repo:
    """The repo and the key pairs of those who can open its secrets."""

    root: Path
    laura: Identity
    cluster: Identity
    run: Callable[..., Said]

    def read(self, path: str = PATH) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def git(self, *arguments: str) -> str:
        return proc.run(("git", *arguments), cwd=self.root).stdout.decode()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "state")

    def push_to(self, bare: Path) -> None:
        self.git("remote", "add", "origin", str(bare))
        self.git("push", "--quiet", "--set-upstream", "origin", "main")

    def get(self, key: str, path: str = PATH) -> str:
        said = self.run("secret", "get", path, key)
        assert said.code == 0, said.err
        return said.out


@pytest.fixture(scope="session")
def laura() -> Identity:
    return sops.generate_identity()


@pytest.fixture(scope="session")
def cluster() -> Identity:
    return sops.generate_identity()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Said]:
    """Return the function that runs a command line as a pipe would: stdin is what is given, nothing is a terminal."""

    def run(*arguments: str, stdin: bytes = b"") -> Said:
        capfdbinary.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        here = Path.cwd()
        code = cli.main(list(arguments))
        os.chdir(here)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Said(code, out.decode(errors="surrogateescape"), err.decode())

    return run


def rules(holders: Mapping[str, str]) -> str:
    """Return a `.sops.yaml` whose rules are for these recipients, by name."""
    keys = "".join(f"      - {key} # {name}\n" for name, key in holders.items())
    common = f"    encrypted_regex: ^(data|stringData)$\n    mac_only_encrypted: true\n    age:\n{keys}"
    return f"creation_rules:\n  - path_regex: \\.enc\\.ya?ml$\n{common}"


@pytest.fixture
def repo(
    git_repo: Path,
    home: Path,
    laura: Identity,
    cluster: Identity,
    run: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> Repo:
    """Return the repo, its secrets encrypted, all of it committed; laura's key lies where sops looks for it."""
    keys = sops.keys_file(os.environ, home)
    keys.parent.mkdir(parents=True)
    keys.write_text(f"# laura\n{laura.secret.reveal()}\n", encoding="utf-8")
    monkeypatch.chdir(git_repo)
    made = Repo(git_repo, laura, cluster, run)
    made.write(".infra-tool.yaml", "version: 1\ncluster: koala\nregistry: registry.example.test\nowner: me\n")
    made.write(".sops.yaml", rules({"laura": laura.recipient, "cluster koala": cluster.recipient}))
    made.write("clusters/koala/kustomization.yaml", CLUSTER)
    made.write("clusters/koala/flux-system/kustomization.yaml", "resources:\n  - sync.yaml\n")
    made.write("clusters/koala/flux-system/sync.yaml", FLUX)
    made.write("apps/n8n/kustomization.yaml", KUSTOMIZATION)
    made.write("apps/n8n/namespace.yaml", NAMESPACE)
    made.write("apps/n8n/deployment.yaml", DEPLOYMENT)
    made.write(PATH, MANIFEST)
    said = run("encrypt-secret", PATH)
    assert said.code == 0, said.err
    made.commit()
    return made
