"""What a cluster gets, and what it is certain not to get."""

from collections.abc import Callable

import pytest

from infra_tool.edits import MemoryTree
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import CONFIG_MAP, SECRET, SERVICE
from infra_tool.lint.report import Report
from infra_tool.lint.survey import survey
from infra_tool.repo import Config

ROOT = "clusters/koala/kustomization.yaml"


def secret(name: str, namespace: str = "n8n", data: str = "a: ENC[AES256_GCM,data:x,iv:a,tag:b,type:str]") -> str:
    head = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
    return f"{head}stringData:\n  {data}\n"


def clusters(files: dict[str, str]) -> list[Cluster]:
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    return list(survey(tree, Config())[0].clusters)


def test_objects_are_those_of_the_finished_build() -> None:
    files = {
        ROOT: """\
namePrefix: a-
namespace: n8n
resources: [secret.yaml]
configMapGenerator: [{name: c, literals: [k=v]}]
""",
        "clusters/koala/secret.yaml": secret("s", "other"),
    }
    (cluster,) = clusters(files)
    assert sorted(map(str, cluster.objects)) == ["ConfigMap/n8n/a-c", "Secret/n8n/a-s"]
    assert cluster.find(SECRET, "n8n", "s") is cluster.find(SECRET, "n8n", "a-s")
    assert cluster.lacks(SECRET, "n8n", "x")
    assert not cluster.lacks(SECRET, "n8n", "s")


def test_each_cluster_is_on_its_own() -> None:
    files = {f"clusters/{name}/kustomization.yaml": "resources: [secret.yaml]\n" for name in ("koala", "wombat")}
    files |= {f"clusters/{name}/secret.yaml": secret(name) for name in ("koala", "wombat")}
    koala, wombat = clusters(files)
    assert (koala.name, wombat.name) == ("koala", "wombat")
    assert koala.lacks(SECRET, "n8n", "wombat")


@pytest.mark.parametrize(
    "more",
    [
        "https://example.org/x.yaml",
        "release.yaml",
        "missing.yaml",
    ],
)
def test_a_namespace_may_hold_what_is_not_seen(more: str) -> None:
    release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x, namespace: n8n}\n"
    files = {
        ROOT: f"resources: [secret.yaml, {more}]\n",
        "clusters/koala/secret.yaml": secret("s"),
        "clusters/koala/release.yaml": release,
    }
    (cluster,) = clusters(files)
    assert cluster.may_have_more(SECRET, "n8n")
    assert not cluster.lacks(SECRET, "n8n", "x")
    assert cluster.lacks(SECRET, "web", "x") == (more == "release.yaml")


def test_what_two_clusters_of_an_unknown_layout_share_is_not_looked_into() -> None:
    flux = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x, namespace: flux-system}\n"
    )
    spec = "spec:\n  path: %s/apps\n  sourceRef: {kind: GitRepository, name: flux-system}\n"
    files = {f"{name}/flux/x.yaml": flux + spec % name for name in ("main", "test")}
    files |= {f"{name}/apps/kustomization.yaml": "resources: [secret.yaml]\n" for name in ("main", "test")}
    files |= {f"{name}/apps/secret.yaml": secret("s") for name in ("main", "test")}
    (cluster,) = clusters(files)
    assert cluster.name is None
    assert cluster.find(SECRET, "n8n", "s") is None
    assert not cluster.lacks(SECRET, "n8n", "s")


def test_what_has_a_variable_in_its_name_is_not_certain() -> None:
    (cluster,) = clusters({ROOT: "resources: [secret.yaml]\n", "clusters/koala/secret.yaml": secret("s")})
    assert cluster.lacks(SERVICE, "n8n", "x")
    for name in ("", "${APP}", "ENC[AES256_GCM,data:x]"):
        assert not cluster.lacks(SERVICE, "n8n", name)
    assert not cluster.lacks(CONFIG_MAP, "n8n", "kube-root-ca.crt")


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "nginx:1.27.0"}]
"""

HEAD = "kind: Deployment\n    apiVersion: apps/v1\n    metadata: {name: web}"
PLACE = "/spec/template/spec/serviceAccountName"
SPEC = "{template: {spec: {serviceAccountName: nobody}}}"
FLOW = f"{{kind: Deployment, apiVersion: apps/v1, metadata: {{name: web}}, spec: {SPEC}}}"


@pytest.mark.parametrize(
    ("patch", "place"),
    [
        ("- path: patch.yaml\n", ("apps/web/patch.yaml", 7, 27)),
        (
            f"- patch: |-\n    {HEAD}\n    spec: {{template: {{spec: {{serviceAccountName: nobody}}}}}}\n",
            ("apps/web/kustomization.yaml", 7, 50),
        ),
        (
            f"- target: {{kind: Deployment}}\n  patch: |\n    - op: add\n      path: {PLACE}\n      value: nobody\n",
            ("apps/web/kustomization.yaml", 7, 14),
        ),
        (
            f'- patch: "{FLOW}"\n',
            ("apps/web/kustomization.yaml", 3, 119),
        ),
    ],
)
def test_a_finding_leads_to_the_patch(judged: Callable[..., Report], patch: str, place: tuple[str, int, int]) -> None:
    head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
    files = {
        ROOT: "resources: [../../apps/web]\n",
        "apps/web/kustomization.yaml": f"resources: [deployment.yaml]\npatches:\n{patch}",
        "apps/web/deployment.yaml": DEPLOYMENT,
        "apps/web/patch.yaml": f"{head}      serviceAccountName: nobody\n",
    }
    (finding,) = judged(files, "R007").findings
    assert (finding.path, finding.line, finding.column) == place
    assert finding.object == "Deployment/default/web"
