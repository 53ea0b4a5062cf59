from pathlib import Path

import pytest

from infra_tool.edits import MemoryTree
from infra_tool.errors import UsageError
from infra_tool.repo import Config, check_name, closest, clusters, detect_layout, load_config, locate, services

FLUX = b"""apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: n8n, namespace: flux-system}
spec: {path: ./apps/n8n}
"""


def test_clusters_and_services_are_directories_that_hold_something() -> None:
    tree = MemoryTree(
        {
            "clusters/koala/kustomization.yaml": b"",
            "clusters/emu/flux-system/sync.yaml": b"",
            "clusters/README.md": b"",
            "apps/n8n/kustomization.yml": b"",
            "apps/supervisor/Kustomization": b"",
            "apps/notes/README.md": b"",
            "apps/README.md": b"",
        }
    )
    assert clusters(tree) == ("emu", "koala")
    assert services(tree) == ("n8n", "supervisor")
    assert clusters(MemoryTree({})) == services(MemoryTree({})) == ()


@pytest.mark.parametrize("name", ["n8n", "a", "a-b", "a" * 63])
def test_a_label_is_a_name(name: str) -> None:
    check_name(name, "a service")


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a_b", "a.b", "a/b", "..", "ä", "a\n", "a" * 64])
def test_anything_else_is_none(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a service"):
        check_name(name, "a service")


@pytest.mark.parametrize(
    ("listed", "layout"),
    [
        ("[flux-system, ../../apps/n8n, ../../apps/web]", "shared"),
        ("[flux-system, n8n.yaml, other.yaml]", "isolated"),
        ("[n8n.yaml, ../../apps/a, ../../apps/b]", "shared"),
        ("[n8n.yaml, ../../apps/a]", "shared"),
        ("[flux-system, other.yaml, missing.yaml]", "isolated-by-config"),
    ],
)
def test_the_layout_is_how_services_are_registered(listed: str, layout: str) -> None:
    tree = MemoryTree(
        {
            "clusters/koala/kustomization.yaml": f"resources: {listed}\n".encode(),
            "clusters/koala/n8n.yaml": FLUX,
            "clusters/koala/other.yaml": b"kind: ConfigMap\n",
        }
    )
    expected = "shared" if layout == "isolated-by-config" else layout
    assert detect_layout(tree, Config(), "koala") == expected
    assert detect_layout(tree, Config(layout="isolated"), "koala") == layout.removesuffix("-by-config")


def test_without_a_list_every_file_is_looked_at() -> None:
    tree = MemoryTree({"clusters/koala/n8n.yaml": FLUX, "clusters/koala/broken.yaml": b"{kustomize.toolkit.fluxcd.io/"})
    assert detect_layout(tree, Config(), "koala") == "isolated"


def test_the_configuration_decides_where_it_says_something() -> None:
    tree = MemoryTree(
        {
            ".infra-tool.yaml": b"version: 1\nlayout: isolated\n",
            "clusters/koala/kustomization.yaml": b"resources: [../../apps/n8n]\n",
        }
    )
    assert detect_layout(tree, load_config(tree), "koala") == "isolated"


@pytest.mark.parametrize(
    ("word", "found"), [("clustre", "cluster"), ("RESOURCES", "resources"), ("resource", "resources"), ("xyz", None)]
)
def test_the_word_that_was_meant(word: str, found: str | None) -> None:
    assert closest(word, ["resources", "cluster", "components"]) == found


def test_the_root_is_the_nearest_configuration(git_repo: Path) -> None:
    inner = git_repo / "infra" / "apps" / "n8n"
    inner.mkdir(parents=True)
    assert locate(inner) == git_repo
    (git_repo / "infra" / ".infra-tool.yaml").write_text("version: 1\n")
    assert locate(inner) == git_repo / "infra"


def test_a_configuration_above_the_git_root_is_another_repos(git_repo: Path) -> None:
    (git_repo.parent / ".infra-tool.yaml").write_text("version: 1\n")
    assert locate(git_repo) == git_repo


def test_outside_of_a_repo_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is in no infra repo"):
        locate(tmp_path)
    with pytest.raises(UsageError, match="is no directory"):
        locate(tmp_path / "missing")
