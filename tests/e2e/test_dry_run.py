"""The real API server takes every object of every scaffold, as Flux would apply it: on the server's side, decrypted."""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rig.kube import Kube

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.usefixtures("interop_bin")]

Object = dict[str, Any]


def built(place: Path, home: Path) -> Iterator[Object]:
    """Yield what kustomize builds, each Secret as sops opens it."""
    done = subprocess.run(["kustomize", "build", str(place)], check=True, capture_output=True)
    for found in yaml.safe_load_all(done.stdout):
        yield opened(found, home) if "sops" in found else found


def opened(secret: Object, home: Path) -> Object:
    """Open a Secret as Flux does: whether its MAC is still right after kustomize has changed it does not matter."""
    command = ["sops", "decrypt", "--ignore-mac", "--input-type", "json", "--output-type", "json", "/dev/stdin"]
    environ = {**os.environ, "SOPS_AGE_KEY_FILE": str(home / ".config/sops/age/keys.txt")}
    done = subprocess.run(command, input=json.dumps(secret).encode(), env=environ, check=True, capture_output=True)
    found: Object = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("layout", ["shared", "isolated"])
def test_every_object_of_every_scaffold_is_taken(
    kube: Kube, scaffolded: Callable[[str], Path], home: Path, layout: str
) -> None:
    place = scaffolded(layout)
    roots = [place / "clusters/koala", *sorted((place / "apps").iterdir())]
    objects = [found for root in roots for found in built(root, home)]
    kube.has(found["metadata"]["name"] for found in objects if found["kind"] == "Namespace")
    answers = [(found["kind"], found["metadata"]["name"], kube.apply(found, dry=True)) for found in objects]
    assert [one for one in answers if not one[-1].is_ok] == []
    kinds = Counter(found["kind"] for found in objects)
    assert {"Deployment", "StatefulSet", "CronJob", "Service", "Ingress", "Secret", "PersistentVolumeClaim"} <= {*kinds}
    assert kinds["Kustomization"] >= 1 == kinds["GitRepository"]
    assert ("RoleBinding" in kinds) == (layout == "isolated")


def test_a_scaffold_that_is_damaged_is_refused(kube: Kube, scaffolded: Callable[[str], Path], home: Path) -> None:
    (deployment,) = (one for one in built(scaffolded("shared") / "apps/web-bare", home) if one["kind"] == "Deployment")
    kube.has([deployment["metadata"]["namespace"]])
    deployment["spec"]["replicas"] = -1
    answer = kube.apply(deployment, dry=True)
    assert (answer.status, "spec.replicas" in answer.message) == (422, True)
