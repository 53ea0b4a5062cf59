"""What the clusters of a repo get, for repos as people lay them out."""

from collections.abc import Mapping

import pytest

from infra_tool import yamldoc
from infra_tool.edits import MemoryTree
from infra_tool.flux import Found, discover
from infra_tool.kustomize import Graph

A = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n"


def flux(name: str, path: str, source: str = "flux-system", more: str = "") -> str:
    return f"""\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec: {{path: {path}, sourceRef: {{kind: GitRepository, name: {source}}}{more}}}
---
"""


def git(name: str, url: str) -> str:
    return f"""\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: {name}, namespace: flux-system}}
spec: {{url: "{url}"}}
---
"""


def found(files: Mapping[str, str], remote: str | None = None) -> Found:
    graph = Graph(MemoryTree({path: text.encode() for path, text in files.items()}))
    pages = [yamldoc.parse(text.encode(), path) for path, text in files.items()]
    return discover(graph, lambda: pages, remote)


def roots(files: Mapping[str, str], remote: str | None = None) -> list[tuple[str | None, str, str | None]]:
    """Return cluster, directory and Flux Kustomization of each build."""
    return [(r.cluster, r.build.directory, r.by and r.by.name) for r in found(files, remote).roots]


def test_a_list_of_services_is_the_whole_cluster() -> None:
    files = {
        "clusters/koala/kustomization.yaml": "resources: [../../apps/n8n]\n",
        "apps/n8n/kustomization.yaml": "resources: [a.yaml]\n",
        "apps/n8n/a.yaml": A,
    }
    assert roots(files) == [("koala", "clusters/koala", None)]


def test_what_a_cluster_applies_may_apply_more() -> None:
    files = {
        "clusters/koala/kustomization.yaml": "resources: [sync.yaml, services.yaml]\n",
        "clusters/koala/sync.yaml": flux("koala", "./clusters/koala", "infra"),
        "clusters/koala/services.yaml": flux("services", "services", "infra"),
        "services/n8n.yaml": flux("n8n", "./apps/n8n/", "infra"),
        "apps/n8n/a.yaml": A,
    }
    assert roots(files) == [
        ("koala", "clusters/koala", "koala"),
        ("koala", "services", "services"),
        ("koala", "apps/n8n", "n8n"),
    ]
    last = found(files).kustomizations[-1]
    assert last.chain == (
        "clusters/koala/kustomization.yaml",
        "clusters/koala/services.yaml",
        "services/n8n.yaml",
    )


def test_each_cluster_has_its_own_view() -> None:
    files = {
        "clusters/koala/apps.yaml": flux("apps", "./apps/koala"),
        "clusters/lion/apps.yaml": flux("apps", "./apps/lion"),
        "apps/koala/kustomization.yaml": "resources: [../base]\n",
        "apps/lion/kustomization.yaml": "resources: [../base]\n",
        "apps/base/kustomization.yaml": "resources: [a.yaml]\n",
        "apps/base/a.yaml": A,
    }
    assert roots(files) == [
        ("koala", "clusters/koala", None),
        ("koala", "apps/koala", "apps"),
        ("lion", "clusters/lion", None),
        ("lion", "apps/lion", "apps"),
    ]


def test_flux_makes_the_kustomization_that_is_missing() -> None:
    files = {
        "clusters/koala/n8n.yaml": flux("n8n", "./apps"),
        "apps/a.yaml": A,
        "apps/n8n/deep/b.yml": A,
        "apps/n8n/README.md": "",
        "apps/web/kustomization.yaml": "resources: [listed.yaml]\n",
        "apps/web/listed.yaml": A,
        "apps/web/lost.yaml": A,
        "apps/web/inner/kustomization.yaml": "resources: []\n",
        "apps/draft/c.yaml": A,
        "apps/old/kustomization.yaml": "resources: [gone.yaml]\n",
        ".sourceignore": "apps/draft\napps/old\n",
    }
    build = found(files).roots[1].build
    assert not build.problems
    assert [reached.path for reached in build.files] == ["apps/a.yaml", "apps/n8n/deep/b.yml", "apps/web/listed.yaml"]


@pytest.mark.parametrize("where", ["clusters/koala/n8n.yaml", "clusters/koala/flux-system/gotk.yaml"])
def test_the_source_may_leave_out_more(where: str) -> None:
    ignore = '"/apps/draft\\n!*.zip\\n/clusters/koala/old.yaml"'
    source = git("flux-system", "https://git.example.test/a").replace("url:", f"ignore: {ignore}, url:")
    files = {
        where: source,
        "clusters/koala/sync.yaml": flux("koala", "./clusters/koala") + flux("n8n", "./apps"),
        "clusters/koala/old.yaml": A,
        "apps/a.yaml": A,
        "apps/draft/c.yaml": A,
    }
    all_, apps = found(files).roots
    assert {reached.path for reached in all_.build.files} == {where, "clusters/koala/sync.yaml"}
    assert [reached.path for reached in apps.build.files] == ["apps/a.yaml"]


@pytest.mark.parametrize("listed", ["draft.yaml", "icon.png"])
def test_a_file_that_is_listed_and_left_out_is_an_error_at_its_entry(listed: str) -> None:
    files = {
        "clusters/koala/n8n.yaml": flux("n8n", "./apps/n8n"),
        "apps/n8n/kustomization.yaml": f"resources:\n- a.yaml\nconfigMapGenerator:\n- name: c\n  files: [{listed}]\n",
        "apps/n8n/a.yaml": A,
        f"apps/n8n/{listed}": "",
        ".sourceignore": "draft.yaml\n",
    }
    error = found(files).roots[1].left_out
    assert str(error) == f"apps/n8n/kustomization.yaml:5: Flux leaves apps/n8n/{listed} out: it is ignored"
    assert found({**files, ".sourceignore": "!*.png\n"}).roots[1].left_out is None


def test_two_flux_kustomizations_may_build_one_directory() -> None:
    files = {
        "clusters/koala/n8n.yaml": flux("one", "apps/n8n") + flux("two", "apps/n8n"),
        "apps/n8n/a.yaml": A,
    }
    assert [by for _, directory, by in roots(files) if directory == "apps/n8n"] == ["one", "two"]


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://git.example.test/team/infra", True),
        ("ssh://git@git.example.test:2222/team/infra.git", True),
        ("git@git.example.test:team/infra.git", True),
        ("https://git.example.test/team/other", False),
        ("https://git.example.test:3000/other/infra", False),
    ],
)
def test_a_source_is_this_repo_by_its_url(url: str, is_own: bool) -> None:  # noqa: FBT001 -- a column of the table
    files = {
        "clusters/koala/all.yaml": git("infra", url) + flux("n8n", "apps/n8n", "infra"),
        "apps/n8n/a.yaml": A,
    }
    assert [each.is_own for each in found(files, "https://git.example.test/team/infra.git").kustomizations] == [is_own]


def test_another_source_than_the_one_the_cluster_follows_is_not_this_repo() -> None:
    files = {
        "clusters/koala/sync.yaml": flux("koala", "./clusters/koala", "infra"),
        "clusters/koala/podinfo.yaml": flux("podinfo", "./apps/n8n", "podinfo") + flux("gone", "./deploy", "podinfo"),
        "apps/n8n/a.yaml": A,
    }
    assert roots(files) == [("koala", "clusters/koala", "koala")]
    assert {each.name: each.is_own for each in found(files).kustomizations} == {
        "koala": True,
        "podinfo": False,
        "gone": False,
    }


def test_without_a_known_source_only_a_path_that_is_here_counts() -> None:
    files = {
        "clusters/koala/all.yaml": flux("n8n", "./apps/n8n", "repo") + flux("gone", "./deploy", "other"),
        "apps/n8n/a.yaml": A,
    }
    assert {each.name: each.is_own for each in found(files).kustomizations} == {"n8n": True, "gone": False}


def test_the_path_of_the_bootstrapped_source_must_be_here() -> None:
    files = {"clusters/koala/all.yaml": flux("gone", "./apps/gone") + flux("root", ".")}
    assert {each.name: (each.is_own, each.path) for each in found(files).kustomizations} == {
        "gone": (True, "apps/gone"),
        "root": (True, ""),
    }


def test_a_repo_without_clusters_gets_what_its_flux_kustomizations_lead_to() -> None:
    files = {
        "kubernetes/flux/all.yaml": flux("flux", "./kubernetes/flux", "home")
        + flux("apps", "./kubernetes/apps", "home"),
        "kubernetes/apps/media/kustomization.yaml": "resources: [ks.yaml]\n",
        "kubernetes/apps/media/ks.yaml": flux("player", "./kubernetes/apps/media/player", "home"),
        "kubernetes/apps/media/player/kustomization.yaml": "resources: [a.yaml]\n",
        "kubernetes/apps/media/player/a.yaml": A,
    }
    assert [(cluster, directory) for cluster, directory, _ in roots(files)] == [
        (None, "kubernetes/flux"),
        (None, "kubernetes/apps"),
        (None, "kubernetes/apps/media/player"),
    ]


def test_a_variable_hides_a_path() -> None:
    files = {"clusters/koala/all.yaml": flux("n8n", '"./apps/${APP}"')}
    assert [(each.path, each.is_own) for each in found(files).kustomizations] == [(None, True)]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("clusters/koala/kustomization.yaml", "resources: [n8n.yaml]\n"),
        (
            "clusters/koala/kustomization.yaml",
            "resources: [n8n.yaml]\npatches: [{path: p.yaml, target: {kind: Kustomization, group: x}}]\n",
        ),
        (
            "clusters/koala/kustomization.yaml",
            "resources: [n8n.yaml]\npatches:\n  - patch: |\n      spec: {decryption: {provider: sops}}\n",
        ),
    ],
)
def test_decryption_may_be_patched_in(where: str, text: str) -> None:
    files = {
        where: text,
        "clusters/koala/p.yaml": "- {op: add, path: /spec/decryption, value: {provider: sops}}\n",
        "clusters/koala/n8n.yaml": flux("n8n", "apps/n8n"),
        "apps/n8n/a.yaml": A,
    }
    assert [each.decrypts for each in found(files).kustomizations] == ["patches" in text]


def test_decryption_may_be_patched_in_by_flux() -> None:
    patches = ", patches: [{patch: '{spec: {decryption: {provider: sops}}}', target: {kind: Kustom.*}}]"
    files = {
        "clusters/koala/all.yaml": flux("all", "./services", more=patches),
        "services/n8n.yaml": flux("n8n", "./apps/n8n"),
        "apps/n8n/a.yaml": A,
    }
    assert {each.name: each.decrypts for each in found(files).kustomizations} == {"all": False, "n8n": True}


def test_without_clusters_patches_of_what_leads_to_another_count_too() -> None:
    patches = ", patches: [{patch: '{spec: {decryption: {provider: sops}}}', target: {kind: Kustomization}}]"
    files = {
        "kubernetes/a/player.yaml": flux("player", "./kubernetes/player"),
        "kubernetes/flux/apps.yaml": flux("apps", "./kubernetes/a", more=patches),
        "kubernetes/player/a.yaml": A,
    }
    assert {each.name: each.decrypts for each in found(files).kustomizations} == {"apps": False, "player": True}


def test_without_clusters_what_a_build_leaves_out_is_not_applied() -> None:
    files = {
        "kubernetes/flux/apps.yaml": flux("apps", "./kubernetes/apps"),
        "kubernetes/apps/kustomization.yaml": "resources: [on.yaml]\nnamespace: media\n",
        "kubernetes/apps/on.yaml": flux("on", "./kubernetes/on").replace(", namespace: flux-system", ""),
        "kubernetes/apps/off.yaml": flux("off", "./kubernetes/off"),
        "kubernetes/on/a.yaml": A,
        "kubernetes/off/a.yaml": A,
    }
    assert [(each.name, each.namespace) for each in found(files).kustomizations] == [
        ("apps", "flux-system"),
        ("on", "media"),
    ]


def test_without_clusters_two_that_apply_each_other_are_both_applied() -> None:
    files = {
        "kubernetes/one/ks.yaml": flux("one", "./kubernetes/two"),
        "kubernetes/two/ks.yaml": flux("two", "./kubernetes/one"),
        "kubernetes/three.yaml": flux("three", "./kubernetes/four"),
        "kubernetes/four/a.yaml": A,
    }
    assert {each.name for each in found(files).kustomizations} == {"one", "two", "three"}


def test_without_clusters_the_first_one_may_lie_where_a_later_one_builds() -> None:
    files = {
        "kubernetes/flux/cluster/ks.yaml": flux("apps", "./kubernetes/apps"),
        "kubernetes/flux/kustomization.yaml": "resources: [a.yaml]\n",
        "kubernetes/flux/a.yaml": A,
        "kubernetes/apps/flux.yaml": flux("flux", "./kubernetes/flux"),
    }
    assert {each.name for each in found(files).kustomizations} == {"apps", "flux"}


def test_names_are_those_after_the_kustomizations() -> None:
    files = {
        "clusters/koala/kustomization.yaml": "resources: [n8n.yaml]\nnamespace: gitops\nnamePrefix: koala-\n",
        "clusters/koala/n8n.yaml": flux("n8n", "apps/n8n"),
    }
    each = found(files).kustomizations[0]
    assert (each.namespace, each.name, each.source) == (
        "gitops",
        "koala-n8n",
        ("GitRepository", "gitops", "flux-system"),
    )
