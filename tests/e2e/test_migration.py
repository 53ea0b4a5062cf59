"""A cluster that runs changes its layout and back: no object is made anew, so that no pod restarts.

Flux and the API server are real, and so are the kubectl commands that are printed between the steps. Nothing runs pods
here: the Deployment has none to run, since a Flux Kustomization that waits for them would never be ready.
"""

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rig import programs
from rig.cluster import TOOL, Cluster

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

OBJECTS = (
    ("v1", "Namespace", "web", "default"),
    ("apps/v1", "Deployment", "web", "web"),
    ("v1", "Secret", "web-secrets", "web"),
    ("v1", "Service", "web", "web"),
    ("v1", "PersistentVolumeClaim", "web-data", "web"),
    ("batch/v1", "CronJob", "job", "job"),
)
VOLUME = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "metadata": {"name": "web"},
    "spec": {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "none",
        "hostPath": {"path": "/nowhere"},
    },
}
LASTS = 900


def identities(cluster: Cluster) -> dict[str, tuple[str, int | None]]:
    """Return what is another one when an object was made anew, and when its spec was changed."""
    found = {}
    for api, kind, name, namespace in OBJECTS:
        one = cluster.kube.get(api, kind, name, namespace)
        assert one is not None, (kind, name)
        found[f"{kind}/{name}"] = one["metadata"]["uid"], one["metadata"].get("generation")
    return found


def migrate(cluster: Cluster, layout: str) -> list[str]:
    """Take every step, wait as it is printed, and return the steps."""
    taken: list[str] = []
    option: tuple[str, ...] = ()
    while True:
        told = subprocess.run(
            (*TOOL, "layout", layout, *option, "--commit", "--format", "json"),
            cwd=cluster.checkout, check=True, capture_output=True,
        ).stdout  # fmt: skip
        result: dict[str, Any] = json.loads(told)["result"]
        taken.append(result["step"])
        cluster.publish()
        for command in result["wait"]:
            wait(cluster, command)
        if not result["left"]:
            return taken
        option = ("--step", result["left"][0])


def wait(cluster: Cluster, command: str) -> None:
    program, *arguments = shlex.split(command)
    call = (str(programs.BIN / program), f"--kubeconfig={cluster.kube.config}", *arguments)
    done = subprocess.run(call, capture_output=True, timeout=LASTS, check=False)
    parts = "\n".join(part.tail() for part in cluster.flux.parts)
    assert done.returncode == 0, f"{command}\n{done.stderr.decode()}\n{parts}"


def test_nothing_is_made_anew_on_the_way_there_and_back(koala: Cluster) -> None:
    koala.tool("new-service", "web", "--tag", "v1", "--volume", "1Gi:/data", "--data", "storage_class=none")
    deployment = koala.checkout / "apps/web/deployment.yaml"
    deployment.write_text(deployment.read_text().replace("replicas: 1", "replicas: 0"))
    assert koala.kube.apply(VOLUME).is_ok
    koala.tool("new-service", "job", "--tag", "v1", "--kind", "cron", "--no-secrets")
    koala.applied(koala.push())
    before = identities(koala)
    assert migrate(koala, "isolated") == ["keep", "move", "prune"]
    assert identities(koala) == before
    tip = koala.push("nothing changes")
    for name in ("cluster-koala", "job"):
        koala.applied(tip, name)
    assert identities(koala) == before
    assert Path(koala.checkout, "clusters/koala/web.yaml").is_file()
    assert migrate(koala, "shared") == ["keep", "move"]
    koala.applied(koala.push("nothing changes"))
    assert identities(koala) == before
