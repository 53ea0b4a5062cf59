"""Which images a document names, and what `images:` entries make of them."""

import pytest

from infra_tool import reference, yamldoc
from infra_tool.apps.images import Override, images_of, overridden, written

EVERY_FIELD = """\
spec:
  template:
    spec:
      initContainers:
        - {name: a, image: init:1}
      containers:
        - name: b
          image: "main:2"
        - name: no-image
      ephemeralContainers:
        - {name: c, image: debug:3}
      volumes:
        - {name: d, image: {reference: "data:4"}}
        - {name: e, emptyDir: {}}
"""
CRON_JOB = "spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: job:1}]}}}}}"
LIST = """\
kind: List
items:
  - {kind: Pod, spec: {containers: [{image: one:1}]}}
  - {kind: Pod, spec: {containers: [{image: two:2}]}}
"""
ALIASES = """\
base: &base {image: shared:1}
spec:
  containers:
    - <<: *base
      name: a
    - {<<: [{name: x}, *base], name: b}
  initContainers: &c
    - image: once:1
  other: {initContainers: *c}
"""
NOT_IMAGES = """\
kind: ConfigMap
image: top:1
spec:
  containers: {image: map:1}
  image: alone:1
  containers2: [{image: other:1}]
  initContainers: [text, {image: [list]}, {image: ""}, {image: null}]
"""


def found(text: str) -> list[tuple[str, str, bool]]:
    root = yamldoc.parse(text.encode()).documents[0].root
    return [(node.scalar.value, node.field, node.is_reached) for node in images_of(root)]


def test_every_field_of_a_pod_that_names_an_image_is_found() -> None:
    assert found(EVERY_FIELD) == [
        ("init:1", "initContainers", True),
        ("main:2", "containers", True),
        ("debug:3", "ephemeralContainers", False),
        ("data:4", "volumes", True),
    ]


@pytest.mark.parametrize(("text", "images"), [(CRON_JOB, ["job:1"]), (LIST, ["one:1", "two:2"])])
def test_images_are_found_at_any_depth(text: str, images: list[str]) -> None:
    assert [image for image, _, _ in found(text)] == images


def test_aliases_are_followed_and_what_they_stand_for_counts_once() -> None:
    assert [image for image, _, _ in found(ALIASES)] == ["shared:1", "shared:1", "once:1"]


def test_other_fields_called_image_are_none() -> None:
    assert not found(NOT_IMAGES)


def test_an_empty_document_names_none() -> None:
    assert not list(images_of(None))


@pytest.mark.parametrize(
    ("image", "override", "result"),
    [
        ("a/b:1", Override("a/b", new_tag="2"), "a/b:2"),
        ("a/b", Override("a/b", new_tag="2"), "a/b:2"),
        ("a/b:1@sha256:x", Override("a/b", new_tag="2"), "a/b:2"),
        ("a/b:1", Override("a/b", digest="sha256:y"), "a/b@sha256:y"),
        ("a/b:1", Override("a/b", new_tag="2", digest="sha256:y"), "a/b:2@sha256:y"),
        ("a/b:1@sha256:x", Override("a/b", new_name="c"), "c:1@sha256:x"),
        ("host:5000/b:1", Override("host:5000/b", new_tag="2"), "host:5000/b:2"),
        ("we.rd:1", Override("we.rd", new_tag="2"), "we.rd:2"),
        ("weXrd:1", Override("we.rd", new_tag="2"), "weXrd:2"),
        ("nginx:1", Override("docker.io/nginx", new_tag="2"), None),
        ("nginx-extra:1", Override("nginx", new_tag="2"), None),
        ("b:1", Override("(a|b)", new_tag="2"), None),
    ],
)
def test_an_entry_changes_what_kustomize_changes(image: str, override: Override, result: str | None) -> None:
    changed = overridden(reference.split(image), override)
    assert (str(changed) if changed else None) == result


def test_an_image_is_read_as_it_is_written() -> None:
    root = yamldoc.parse(b"containers: [{image: 'localhost:5000/a:1'}]").documents[0].root
    assert [written(node) for node in images_of(root)] == [reference.split("localhost:5000/a:1")]
