"""What the cluster really runs, beside what the repo says."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra_tool.errors import InfraToolError
from infra_tool.status import live
from infra_tool.status.live import Live, Workload

IMAGE = "registry.example.org/team/web"


def workload(kind: str, image: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    pod = {"template": {"spec": {"initContainers": [], "containers": [{"image": image}, {"image": "other:1"}]}}}
    spec = {"jobTemplate": {"spec": pod}} if kind == "CronJob" else {**pod, **more.pop("spec", {})}
    return {"kind": kind, "spec": spec, **more}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a kubectl; return the file with what it prints."""
    program, printed = tmp_path / "bin/kubectl", tmp_path / "objects.json"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncat '{printed}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return printed


def ask(cluster: Path, *items: dict[str, Any]) -> Live:
    cluster.write_text(json.dumps({"items": items}))
    return live.of(IMAGE, live.workloads())


@pytest.mark.parametrize(
    ("item", "found", "said"),
    [
        (workload("Deployment", f"{IMAGE}:v1", spec={"replicas": 2}, status={"readyReplicas": 2}),
         Live(("v1",), 2, 2), None),
        (workload("Deployment", f"{IMAGE}:v1", spec={"replicas": 2}, status={"readyReplicas": 1}),
         Live(("v1",), 1, 2), "1 of 2 pods ready"),
        (workload("Deployment", f"{IMAGE}:v0", spec={"replicas": 1}, status={}),
         Live(("v0",), 0, 1), "the cluster has v0"),
        (workload("DaemonSet", f"{IMAGE}:v1", status={"desiredNumberScheduled": 3, "numberReady": 3}),
         Live(("v1",), 3, 3), None),
        (workload("CronJob", f"{IMAGE}:v1"), Live(("v1",), 0, 0), None),
        (workload("Deployment", "registry.example.org/team/web2:v1"), Live((), 0, 0), "does not run"),
    ],
    ids=["ready", "not-ready", "older", "daemon", "cron", "other"],
)  # fmt: skip
def test_what_differs_is_told(cluster: Path, item: dict[str, Any], found: Live, said: str | None) -> None:
    assert ask(cluster, item) == found
    assert found.against("v1") == said


def test_several_workloads_of_one_image_are_one(cluster: Path) -> None:
    items = [workload("Deployment", f"{IMAGE}:{tag}", status={"readyReplicas": 1}) for tag in ("v2", "v1")]
    found = ask(cluster, *items)
    assert found == Live(("v1", "v2"), 2, 2)
    assert found.against("v2") == "the cluster has v1, v2"


def test_places_that_differ_in_the_repo_may_in_the_cluster(cluster: Path) -> None:
    items = [workload("Deployment", f"{IMAGE}:{tag}", status={"readyReplicas": 1}) for tag in ("v2", "v1")]
    found = ask(cluster, *items)
    assert (found.against("v2, v1"), found.against("v1, v3")) == (None, "the cluster has v1, v2")


@pytest.mark.parametrize("printed", ["", "{}", '{"items": [{}]}', '{"items": [3]}'])
def test_what_is_no_answer(cluster: Path, printed: str) -> None:
    cluster.write_text(printed)
    with pytest.raises(InfraToolError, match="does not print the workloads"):
        live.workloads()


def test_an_image_in_a_list_below_is_found(cluster: Path) -> None:
    cluster.write_text(json.dumps({"items": [workload("StatefulSet", f"{IMAGE}@sha256:{'0' * 64}")]}))
    (found,) = live.workloads()
    assert found == Workload(found.images, 0, 1)
    assert [str(image) for image in found.images] == [f"{IMAGE}@sha256:{'0' * 64}", "other:1"]
