"""What may change in a manifest without mattering to any other file."""

import pytest

from infra_tool import yamldoc
from infra_tool.lint.inert import is_all_that_changed

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {note: hello}
spec:
  containers:
    - name: web
      image: registry.example.test:5000/team/web:1.0
      args: [serve, --port=80]
      env:
        - name: MODE
          value: fast
      resources:
        limits: {cpu: 100m, memory: 1Gi}
      ports:
        - containerPort: 80
"""


def changed(old: str, new: str) -> bool:
    assert POD.count(old) == 1
    return is_all_that_changed(yamldoc.parse(POD.encode(), "a"), yamldoc.parse(POD.replace(old, new).encode(), "a"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("web:1.0", "web:2.0"),
        ("web:1.0", "web@sha256:abc"),
        ("web:1.0", "web"),
        ("--port=80", "--port=81"),
        ("value: fast", "value: 'slow'"),
        ("cpu: 100m", "cpu: 200m"),
        ("kind: Pod\n", "kind: Pod   # what it is\n\n"),
        ("{note: hello}", "\n    note: hello"),
    ],
)
def test_a_container_of_its_own(old: str, new: str) -> None:
    assert changed(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: web\n  annotations", "name: api\n  annotations"),
        ("{note: hello}", "{note: bye}"),
        ("team/web:1.0", "team/api:1.0"),
        ("test:5000", "test:5001"),
        ("web:1.0", "web:${TAG}"),
        ("value: fast", "value: $(OTHER)"),
        ("web:1.0", 'web:1.0 # {"$imagepolicy": "flux-system:web"}'),
        ("name: MODE", "name: MODUS"),
        ("value: fast", "value: [fast]"),
        ("value: fast", "value: !!str fast"),
        ("value: fast", "value: &a fast"),
        ("[serve, --port=80]", "[serve]"),
        ("containerPort: 80", "containerPort: 81"),
        ("- name: web\n      image", "- name: api\n      image"),
        ("cpu: 100m", "gpu: 100m"),
        ("containerPort: 80\n", "containerPort: 80\n---\nkind: Pod\n"),
        ("containerPort: 80\n", "containerPort: 80\nmore: 1\n"),
    ],
)
def test_what_others_may_look_at(old: str, new: str) -> None:
    assert not changed(old, new)


def test_only_in_a_list_of_containers() -> None:
    old, new = (yamldoc.parse(f"spec: {{image: a:{tag}, containers: {{image: a:1}}}}".encode(), "a") for tag in "12")
    assert not is_all_that_changed(old, new)
