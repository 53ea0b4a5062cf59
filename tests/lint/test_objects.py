"""Findings name the object that they are about."""

from infra_tool.edits import MemoryTree
from infra_tool.lint.objects import Objects
from infra_tool.lint.survey import survey
from infra_tool.repo import Config

FILES = {
    "clusters/koala/kustomization.yaml": "namespace: n8n\nnamePrefix: a-\nresources: [web.yaml]\n",
    "clusters/koala/web.yaml": """\
# a comment
apiVersion: v1
kind: Namespace
metadata:
  name: n8n
---
apiVersion: v1
kind: List
items:
  - kind: ConfigMap
    metadata:
      name: one
  - kind: ConfigMap
    metadata:
      name: two
---
""",
    "apps/idle/secret.yaml": "kind: Secret\nmetadata:\n  name: idle\n",
    "apps/idle/values.yaml": "image:\n  name: idle\n",
    "README.md": "text\n",
}


def objects_of(files: dict[str, str]) -> Objects:
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    return Objects(survey(tree, Config())[0])


def test_the_object_of_a_line_is_called_as_the_cluster_gets_it() -> None:
    objects = objects_of(FILES)
    web = [objects.at("clusters/koala/web.yaml", line) for line in (1, 3, 5, 6, 8, 10, 12, 15, 16)]
    one, two = "ConfigMap/n8n/a-one", "ConfigMap/n8n/a-two"
    assert web == [None, "Namespace/n8n", "Namespace/n8n", None, None, one, one, two, None]


def test_a_manifest_that_no_cluster_gets_is_called_as_it_says() -> None:
    objects = objects_of(FILES)
    assert objects.at("apps/idle/secret.yaml", 2) == "Secret/default/idle"


def test_what_is_no_object_has_no_name() -> None:
    objects = objects_of(FILES)
    others = ("clusters/koala/kustomization.yaml", "apps/idle/values.yaml", "README.md", "gone.yaml")
    assert [objects.at(path, 1) for path in others] == [None, None, None, None]
