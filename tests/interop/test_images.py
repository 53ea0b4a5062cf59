"""Where objects name images, and what `images:` makes of them, asked of the real kustomize."""

from pathlib import Path

import pytest

from infra_tool import kustomize, proc, reference, yamldoc
from infra_tool.apps.images import images_of, overridden
from infra_tool.edits import MemoryTree
from infra_tool.lint import effective

pytestmark = pytest.mark.interop

DIGEST = f"sha256:{'0' * 64}"
OTHER = f"sha256:{'1' * 64}"

CASES = [
    ("nginx", "name: nginx, newTag: '2'", "nginx:2"),
    ("nginx:1", "name: nginx, newTag: '2'", "nginx:2"),
    (f"nginx:1@{DIGEST}", "name: nginx, newTag: '2'", "nginx:2"),
    ("nginx:1", f"name: nginx, digest: '{OTHER}'", f"nginx@{OTHER}"),
    (f"nginx@{DIGEST}", f"name: nginx, digest: '{OTHER}', newTag: '2'", f"nginx:2@{OTHER}"),
    ("nginx:1", "name: nginx, newName: r.example/n", "r.example/n:1"),
    (f"nginx:1@{DIGEST}", "name: nginx, newName: m", f"m:1@{DIGEST}"),
    ("nginx", "name: nginx, newName: m", "m"),
    ("nginx:1", "name: nginx, newTag: ''", "nginx:1"),
    ("nginx:1", "name: nginx, newName: ''", "nginx:1"),
    ("docker.io/nginx:1", "name: nginx, newTag: '2'", "docker.io/nginx:1"),
    ("library/nginx:1", "name: nginx, newTag: '2'", "library/nginx:1"),
    ("nginx-extra:1", "name: nginx, newTag: '2'", "nginx-extra:1"),
    ("r.example:5000/a", "name: r.example, newTag: '2'", "r.example:5000/a"),
    ("r.example:5000/a", "name: r.example:5000/a, newTag: '2'", "r.example:5000/a:2"),
    ("weXrd:1", "name: we.rd, newTag: '2'", "weXrd:2"),
    ("a:IMAGE_TAG", "name: a, newTag: '2'", "a:2"),
]
TWO = "{name: pg, newName: pg2}, {name: pg2, newTag: '2'}, {name: pg, newTag: '3'}"


def pod(image: str) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}\n"


def ours(image: str, entries: str) -> str:
    tree = MemoryTree({"kustomization.yaml": f"images: [{entries}]\n".encode()})
    found = kustomize.load(tree, "")
    assert found is not None
    result = reference.split(image)
    for item in found.images:
        result = overridden(result, effective.entry(found.file, item).override) or result
    return str(result)


def built(directory: Path, manifest: str, entries: str) -> list[str]:
    """Return the images after a build by the real kustomize."""
    (directory / "kustomization.yaml").write_text(f"resources: [a.yaml]\nimages: [{entries}]\n")
    (directory / "a.yaml").write_text(manifest)
    out = proc.run(("kustomize", "build", str(directory))).stdout
    return [image.scalar.value for image in images_of(yamldoc.parse(out).documents[0].root)]


@pytest.mark.usefixtures("interop_bin")
@pytest.mark.parametrize(("image", "entry", "expected"), CASES)
def test_the_real_one_makes_the_same_of_an_image(tmp_path: Path, image: str, entry: str, expected: str) -> None:
    assert [ours(image, f"{{{entry}}}")] == built(tmp_path, pod(image), f"{{{entry}}}") == [expected]


@pytest.mark.usefixtures("interop_bin")
def test_entries_act_on_what_the_ones_before_made(tmp_path: Path) -> None:
    assert [ours("pg:1", TWO)] == built(tmp_path, pod("pg:1"), TWO) == ["pg2:2"]


EVERYWHERE = """\
apiVersion: example.org/v1
kind: Anything
metadata: {name: a}
image: x:0
spec:
  template:
    spec:
      containers: [{name: a, image: x:1}, {name: b}]
      initContainers: [{image: x:2}]
      ephemeralContainers: [{image: x:5}]
      volumes: [{image: {reference: x:3}}, {emptyDir: {}}]
  values:
  - containers: [{image: x:4}]
  containers: {image: x:0}
  image: {repository: x, tag: '0'}
"""


@pytest.mark.usefixtures("interop_bin")
def test_the_real_one_looks_in_the_same_places(tmp_path: Path) -> None:
    root = yamldoc.parse(EVERYWHERE.encode()).documents[0].root
    assert [(image.scalar.value, image.is_reached) for image in images_of(root)] == [
        ("x:1", True),
        ("x:2", True),
        ("x:5", False),
        ("x:3", True),
        ("x:4", True),
    ]
    assert sorted(built(tmp_path, EVERYWHERE, "{name: x, newTag: '9'}")) == ["x:5", "x:9", "x:9", "x:9", "x:9"]
