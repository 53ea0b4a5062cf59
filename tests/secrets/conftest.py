"""A repo in memory with two people, one service and its secrets."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from infra_tool import secrets, sops
from infra_tool.edits import Commit, MemoryTree, Overlay, Plan, Snapshot, Tree
from infra_tool.secrets import Session
from infra_tool.sops import Entropy, Identities, Identity

R = TypeVar("R")
PATH = "apps/n8n/secrets.enc.yaml"
SECRET = b"""\
apiVersion: v1
kind: Secret
metadata:
  name: n8n
  annotations:
    infra-tool/stub-keys: SMTP_PASSWORD,API_KEY
stringData:
  ENCRYPTION_KEY: one # never shown
  SMTP_PASSWORD: stub
  API_KEY: stub
type: Opaque
"""
DEPLOYMENT = b"""\
kind: Deployment
metadata:
  name: n8n
spec:
  template:
    metadata:
      annotations:
        infra-tool/secrets: "000000000000" # by the tool
    spec:
      containers: [{name: n8n, envFrom: [{secretRef: {name: n8n}}]}]
---
kind: CronJob
metadata:
  name: backup
spec:
  jobTemplate:
    spec:
      template:
        metadata:
          annotations: {infra-tool/secrets: none}
        spec:
          volumes: [{name: keys, projected: {sources: [{secret: {name: n8n}}]}}]
---
kind: Deployment
metadata:
  name: without-annotation
spec:
  template:
    metadata:
      annotations:
        other: x
    spec:
      volumes: [{name: keys, secret: {secretName: n8n}}]
---
kind: Deployment
metadata:
  name: other-secret
spec:
  template:
    metadata:
      annotations:
        infra-tool/secrets: "000000000000"
    spec:
      containers: [{name: x, env: [{name: A, valueFrom: {secretKeyRef: {name: other, key: A}}}]}]
"""


@dataclass(frozen=True)
class Snap:
    """A snapshot without a past."""

    tree: Tree
    revision: str | None = None

    def log(self, paths: Iterable[str] = ()) -> Iterator[Commit]:
        del paths
        return iter(())


@pytest.fixture(scope="session")
def laura() -> Identity:
    return sops.generate_identity()


@pytest.fixture(scope="session")
def cluster() -> Identity:
    return sops.generate_identity()


@pytest.fixture
def session(laura: Identity) -> Session:
    keys = Identities((laura.secret,), looked=("the test",))
    return Session(keys=lambda: keys, entropy=Entropy(now=datetime(2026, 1, 31, 12, tzinfo=UTC)))


@pytest.fixture
def plain(laura: Identity, cluster: Identity) -> Snap:
    """The repo before its secrets were encrypted."""
    config = f"""\
creation_rules:
  - path_regex: \\.enc\\.ya?ml$
    encrypted_regex: ^(data|stringData)$
    mac_only_encrypted: true
    age:
      - {laura.recipient} # laura
      - {cluster.recipient} # cluster koala
"""
    files = {".sops.yaml": config.encode(), PATH: SECRET, "apps/n8n/deployment.yaml": DEPLOYMENT}
    return Snap(MemoryTree(files))


@pytest.fixture
def repo(plain: Snap) -> Snap:
    """The repo, encrypted."""
    return _after(plain, secrets.encrypt(plain, {PATH: None}, Session()))


@pytest.fixture
def after() -> Callable[[Snapshot, Plan[object]], Snapshot]:
    """Return the function that gives the repo with a plan carried out."""
    return _after


def _after(snap: Snapshot, plan: Plan[R]) -> Snap:
    return Snap(Overlay(snap.tree, plan.edits))
