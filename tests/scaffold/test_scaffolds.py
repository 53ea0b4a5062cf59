"""Every kind, option and layout: what is made is clean, and runs as a careful person would run it."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra_tool import git, lint, repo, schema, yamldoc
from infra_tool.edits import Tree

MANIFESTS = re.compile(r"(apps|clusters|components)/.*\.yaml")
PRUNE = "kustomize.toolkit.fluxcd.io/prune"
SERVERS = {"web", "stateful", "yes", "a"}
"""What the names of services of the data file that listen on a port start with."""

Manifest = Mapping[str, Any]


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["shared", "isolated"])
def test_every_scaffold_is_clean(scaffolded: Callable[[str], Path], layout: str) -> None:
    tree = git.WorkTree(scaffolded(layout))
    report = lint.run(tree, repo.load_config(tree))
    assert [finding for finding in report.findings if finding.severity != "info"] == []
    assert report.summary.resources > 60
    assert report.summary.unchecked == ()
    for path in filter(MANIFESTS.fullmatch, tree.entries):
        assert not re.search(rb"[ \t]\n|\n\n|\A\n|[^\n]\Z", tree.read(path)), path
        for manifest in manifests(tree, path):
            check(manifest, path)


def manifests(tree: Tree, path: str) -> Iterator[Manifest]:
    """Yield the objects of a file, once they are known to be what Kubernetes knows."""
    for document in yamldoc.parse(tree.read(path), path).documents:
        assert isinstance(document.root, yamldoc.Mapping)
        assert not schema.load("1.33").check(document.root).violations, path
        yield yamldoc.resolve(document.root, "manifest")


def check(manifest: Manifest, path: str) -> None:
    kind, name = manifest["kind"], manifest.get("metadata", {}).get("name")
    spec = manifest.get("spec", {})
    if kind in {"Namespace", "PersistentVolumeClaim"}:
        assert manifest["metadata"]["annotations"][PRUNE] == "disabled", path
    if kind == "Ingress" and name != "web-plain":
        assert spec["tls"][0]["hosts"] == [spec["rules"][0]["host"]], path
    if kind == "Deployment":
        check_strategy(spec)
    if kind == "CronJob":
        assert spec["concurrencyPolicy"] == "Forbid"
        spec = spec["jobTemplate"]["spec"]
    if "template" in spec:
        check_pod(spec["template"], is_server=name.split("-")[0] in SERVERS)


def check_strategy(spec: Manifest) -> None:
    if any("persistentVolumeClaim" in volume for volume in spec["template"]["spec"]["volumes"]):
        assert (spec["strategy"], spec["replicas"]) == ({"type": "Recreate"}, 1)
    else:
        assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


def check_pod(template: Manifest, *, is_server: bool) -> None:
    pod = template["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
    security = container["securityContext"]
    assert (security["readOnlyRootFilesystem"], security["allowPrivilegeEscalation"]) == (True, False)
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert container["volumeMounts"][0] == {"name": "tmp", "mountPath": "/tmp"}  # noqa: S108 -- in a container
    assert set(container["resources"]["requests"]) == {"cpu", "memory"}
    assert set(container["resources"]["limits"]) == {"memory"}
    assert pod["terminationGracePeriodSeconds"] > 5
    alive = {"startupProbe", "readinessProbe", "livenessProbe", "lifecycle"}
    assert alive & container.keys() == (alive if is_server else set())
    has_secrets = "envFrom" in container
    assert ("infra-tool/secrets" in template["metadata"].get("annotations", {})) == has_secrets
