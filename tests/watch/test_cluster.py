"""What the Flux Kustomizations of a cluster make of a commit, told from what kubectl prints."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra_tool.errors import InfraToolError
from infra_tool.watch import InCluster, Seen

URL = "ssh://git@git.example.test/team/infra.git"
CONTAINS = {("newer", "ours")}
Kubectl = Callable[..., None]


def source(name: str = "infra", url: str = URL, branch: str = "main") -> dict[str, Any]:
    return {
        "kind": "GitRepository",
        "metadata": {"name": name, "namespace": "flux-system"},
        "spec": {"url": url, "ref": {"branch": branch}},
    }


def kustomization(
    name: str, revision: str, ready: str = "True", *, of: str = "infra", **spec: object
) -> dict[str, Any]:
    return {
        "kind": "Kustomization",
        "metadata": {"name": name, "namespace": "flux-system", "generation": 2},
        "spec": {"sourceRef": {"kind": "GitRepository", "name": of}, **spec},
        "status": {
            "observedGeneration": 2,
            "lastAttemptedRevision": f"main@sha1:{revision}",
            "conditions": [
                {"type": "Reconciling", "status": "True"},
                {"type": "Ready", "status": ready, "message": f"{name} says so"},
            ],
        },
    }


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kubectl:
    """Return what makes kubectl print objects."""

    def print_(*items: dict[str, Any]) -> None:
        (tmp_path / "list.json").write_text(json.dumps({"items": items}), encoding="utf-8")

    program = tmp_path / "kubectl"
    program.write_text(f"#!/bin/sh\ncat '{tmp_path}/list.json'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return print_


def look() -> Seen:
    return InCluster(frozenset({"main"}), "ours", lambda url: url == URL, lambda one, other: (one, other) in CONTAINS)()


def test_all_that_follow_the_branch_must_be_ready_at_the_commit(kubectl: Kubectl) -> None:
    others = (
        kustomization("elsewhere", "old", of="charts"),
        source("charts", "https://charts.example.test/x"),
        source("next", branch="next"),
        kustomization("preview", "old", of="next"),
        kustomization("asleep", "old", suspend=True),
    )
    for root, n8n, expected in (
        (("ours",), ("ours",), ("applied", "root, n8n")),
        (("newer",), ("ours",), ("applied", "root, n8n")),
        (("ours",), ("old",), ("pending", "n8n: it has old so far")),
        (("ours",), ("ours", "Unknown"), ("pending", "n8n: n8n says so")),
        (("old",), ("ours", "False"), ("failed", "n8n: n8n says so")),
        (("ours",), ("old", "False"), ("pending", "n8n: it has old so far")),
    ):
        kubectl(source(), kustomization("root", *root), kustomization("n8n", *n8n), *others)
        assert look() == expected


def test_what_was_applied_stays_so_when_a_later_commit_breaks(kubectl: Kubectl) -> None:
    broken = kustomization("root", "newer", "False")
    kubectl(source(), broken)
    assert look().state == "failed"
    broken["status"]["lastAppliedRevision"] = "main@sha1:ours"
    kubectl(source(), broken)
    assert look() == ("applied", "root")


def test_what_is_no_condition_is_passed_over(kubectl: Kubectl) -> None:
    odd = kustomization("root", "ours")
    odd["status"]["conditions"].append("text")
    kubectl(source(), odd)
    assert look().state == "applied"


@pytest.mark.parametrize("item", [1, None, "text"])
def test_what_is_no_object_is_told(kubectl: Kubectl, item: object) -> None:
    kubectl(source(), item)  # type: ignore[arg-type]
    with pytest.raises(InfraToolError, match="does not print the Flux Kustomizations"):
        look()


def test_one_that_was_changed_since_is_not_done(kubectl: Kubectl) -> None:
    changed = kustomization("root", "ours")
    changed["metadata"]["generation"] = 3
    kubectl(source(), changed)
    assert look().state == "pending"


def test_another_cluster_is_told(kubectl: Kubectl) -> None:
    kubectl(source(url="https://git.example.test/team/other"), kustomization("root", "ours"))
    with pytest.raises(InfraToolError, match="no Flux Kustomization of main of this repo"):
        look()


def test_what_kubectl_cannot_do_is_told(kubectl: Kubectl, tmp_path: Path) -> None:
    kubectl()
    (tmp_path / "list.json").write_text("oops", encoding="utf-8")
    with pytest.raises(InfraToolError, match="does not print"):
        look()
    (tmp_path / "list.json").unlink()
    with pytest.raises(InfraToolError, match="No such file"):
        look()
