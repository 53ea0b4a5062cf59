"""Every value of a built object leads back to the file and line that it was written in."""

from infra_tool.edits import MemoryTree
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import render
from infra_tool.kustomize.render.value import Leaf, Map, Value

FILES = {
    "build/kustomization.yaml": """\
namespace: web
resources: [../base]
images:
- name: nginx
  newTag: "2"
labels:
- pairs:
    team: a
replicas:
- {name: web, count: 3}
patches:
- path: patch.yaml
- target: {kind: Deployment}
  patch: |-
    - op: add
      path: /spec/paused
      value: true
- patch: |-
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      type: NodePort
configMapGenerator:
- name: env
  literals:
  - a=1
  envs: [more.env]
""",
    "build/patch.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: Recreate}
""",
    "build/more.env": "# words\nb=2\n",
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: nginx:1
---
apiVersion: v1
kind: Service
metadata: {name: web}
""",
}


def places() -> dict[str, str]:
    """Return the place of every scalar, by its path."""
    tree = MemoryTree({name: text.encode() for name, text in FILES.items()})
    found: dict[str, str] = {}

    def walk(value: Value, path: str) -> None:
        if isinstance(value, Leaf):
            found[path] = f"{value.origin.path}:{value.origin.line(value.node)}"
            return
        items = value.items() if isinstance(value, Map) else enumerate(value)
        for key, item in items:
            walk(item, f"{path}/{key}")

    for resource in render(Graph(tree), "build"):
        walk(resource.root, resource.gvk.kind)
    return found


def test_values_lead_to_where_they_were_written() -> None:
    found = places()
    assert {path: found[path] for path in (
        "Deployment/kind",
        "Deployment/metadata/name",
        "Deployment/metadata/namespace",
        "Deployment/metadata/labels/team",
        "Deployment/spec/replicas",
        "Deployment/spec/strategy/type",
        "Deployment/spec/paused",
        "Deployment/spec/template/spec/containers/0/name",
        "Deployment/spec/template/spec/containers/0/image",
        "Service/spec/type",
        "ConfigMap/data/a",
        "ConfigMap/data/b",
    )} == {
        "Deployment/kind": "base/web.yaml:2",
        "Deployment/metadata/name": "base/web.yaml:3",
        "Deployment/metadata/namespace": "build/kustomization.yaml:1",
        "Deployment/metadata/labels/team": "build/kustomization.yaml:8",
        "Deployment/spec/replicas": "build/kustomization.yaml:10",
        "Deployment/spec/strategy/type": "build/patch.yaml:5",
        "Deployment/spec/paused": "build/kustomization.yaml:17",
        "Deployment/spec/template/spec/containers/0/name": "base/web.yaml:9",
        "Deployment/spec/template/spec/containers/0/image": "build/kustomization.yaml:5",
        "Service/spec/type": "build/kustomization.yaml:23",
        "ConfigMap/data/a": "build/kustomization.yaml:27",
        "ConfigMap/data/b": "build/more.env:2",
    }  # fmt: skip
