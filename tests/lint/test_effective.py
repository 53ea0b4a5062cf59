"""Which image a cluster gets, and which places decide about it."""

import pytest

from infra_tool.edits import MemoryTree
from infra_tool.lint.effective import Spot
from infra_tool.lint.survey import survey
from infra_tool.repo import Config

POD = "kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - image: a:1\n"
COMPONENT = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n"
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a, namespace: flux-system}
spec:
  path: ./base
  sourceRef: {kind: GitRepository, name: flux-system}
"""
ROOT = "clusters/koala/kustomization.yaml"


def uses(files: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return each image that the clusters get, with the places of its name and tag."""
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    repo, _ = survey(tree, Config())
    found = [use for applied in repo.applied.values() for use in applied.images]
    return [(str(use.reference), place(use.name_at), place(use.tag_at)) for use in found]


def place(spot: Spot) -> str:
    return f"{spot.path}:{spot.line}:{spot.column}"


def test_the_manifest_decides_when_nothing_else_does() -> None:
    files = {
        ROOT: "resources: [../../base]\nimages: [{name: b, newTag: '2'}]\n",
        "base/kustomization.yaml": "resources: [a.yaml]\n",
        "base/a.yaml": POD,
    }
    assert uses(files) == [("a:1", "base/a.yaml:5:12", "base/a.yaml:5:12")]


def test_the_outermost_entry_decides() -> None:
    files = {
        ROOT: "resources: [../../base]\nimages:\n- name: b\n  newTag: '3'\n",
        "base/kustomization.yaml": "resources: [a.yaml]\nimages:\n- name: a\n  newTag: '2'\n  newName: b\n",
        "base/a.yaml": POD,
    }
    assert uses(files) == [("b:3", "base/kustomization.yaml:5:12", f"{ROOT}:4:11")]


def test_an_empty_entry_decides_nothing() -> None:
    files = {ROOT: "resources: [a.yaml]\nimages: [{name: a, newTag: '', newName: ''}]\n", "clusters/koala/a.yaml": POD}
    assert uses(files) == [("a:1", "clusters/koala/a.yaml:5:12", "clusters/koala/a.yaml:5:12")]


def test_no_entry_decides_about_ephemeral_containers() -> None:
    files = {
        ROOT: "resources: [a.yaml]\nimages: [{name: a, newTag: '2'}]\n",
        "clusters/koala/a.yaml": POD.replace("containers", "ephemeralContainers"),
    }
    assert uses(files) == [("a:1", "clusters/koala/a.yaml:5:12", "clusters/koala/a.yaml:5:12")]


@pytest.mark.parametrize(
    ("tags", "expected"), [(("2", ""), ["a:2", "a:1"]), (("2", "3"), ["a:2", "a:3"]), (("", ""), ["a:1"])]
)
def test_what_two_clusters_get_counts_once_where_it_is_the_same(tags: tuple[str, str], expected: list[str]) -> None:
    files = {"base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": POD}
    for cluster, tag in zip(("koala", "wombat"), tags, strict=True):
        images = f"images: [{{name: a, newTag: '{tag}'}}]\n" if tag else ""
        files[f"clusters/{cluster}/kustomization.yaml"] = f"resources: [../../base]\n{images}"
    assert [image for image, _, _ in uses(files)] == expected


def test_a_component_acts_on_what_stands_beside_it() -> None:
    files = {
        ROOT: "resources: [a.yaml]\ncomponents: [../../c]\n",
        "clusters/koala/a.yaml": POD,
        "c/kustomization.yaml": f"{COMPONENT}images: [{{name: a, digest: 'sha256:0'}}]\n",
    }
    assert uses(files) == [("a@sha256:0", "clusters/koala/a.yaml:5:12", "c/kustomization.yaml:3:28")]


def test_what_flux_itself_replaces_comes_last() -> None:
    files = {
        ROOT: "resources: [flux.yaml]\n",
        "clusters/koala/flux.yaml": f"{FLUX}  images:\n  - name: a\n    newTag: '3'\n",
        "base/kustomization.yaml": "resources: [a.yaml]\nimages: [{name: a, newTag: '2'}]\n",
        "base/a.yaml": POD,
    }
    assert uses(files) == [("a:3", "base/a.yaml:5:12", "clusters/koala/flux.yaml:9:13")]


def test_an_encrypted_image_is_not_judged() -> None:
    files = {ROOT: "resources: [a.yaml]\n", "clusters/koala/a.yaml": POD.replace("a:1", "ENC[AES256_GCM,data:aa]")}
    assert uses(files) == []
