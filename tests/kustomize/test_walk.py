"""What a build includes, by which way, and what acts on it."""

from collections.abc import Iterable, Mapping

import pytest

from infra_tool import yamldoc
from infra_tool.edits import SYMLINK, Entry, Listing, MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import Build, Graph, LeavesRepo, Missing, Unreadable, load, walk
from infra_tool.yamldoc import YamlFile

COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
A = "kind: ConfigMap\nmetadata: {name: a}\n"
SERVICES = {
    "clusters/koala/kustomization.yaml": (
        "resources: [../../apps/n8n, extra.yaml]\ncomponents: [../../components/last]\n"
    ),
    "clusters/koala/extra.yaml": A,
    "apps/n8n/kustomization.yaml": "resources: [a.yaml]\ncomponents: [../../components/one, ../../components/two]\n",
    "apps/n8n/a.yaml": A,
    "components/one/kustomization.yaml": f"{COMPONENT}resources: [a.yaml]\ncomponents: [../inner]\n",
    "components/one/a.yaml": A,
    "components/inner/kustomization.yaml": f"{COMPONENT}namespace: inner\n",
    "components/two/kustomization.yaml": f"{COMPONENT}namespace: two\n",
    "components/last/kustomization.yaml": f"{COMPONENT}namespace: last\n",
}


def tree(files: Mapping[str, str]) -> MemoryTree:
    return MemoryTree({path: text.encode() for path, text in files.items()})


def directories(files: Iterable[object]) -> list[str]:
    return [getattr(file, "directory") for file in files]  # noqa: B009 -- kustomization files alone are given


def test_each_manifest_has_its_way_and_what_acts_on_it() -> None:
    build = walk(tree(SERVICES), "clusters/koala")
    assert not build.problems
    n8n = ["clusters/koala", "apps/n8n"]
    after = ["apps/n8n", "components/last", "clusters/koala"]
    one, two = ["components/inner", "components/one"], "components/two"
    assert [(file.path, directories(file.chain), directories(file.transformers)) for file in build.files] == [
        ("apps/n8n/a.yaml", n8n, [*one, two, *after]),
        ("components/one/a.yaml", [*n8n, "components/one"], [*one, two, *after]),
        ("clusters/koala/extra.yaml", ["clusters/koala"], ["components/last", "clusters/koala"]),
    ]
    assert [file.entry.text for file in build.files] == ["a.yaml", "a.yaml", "extra.yaml"]


def test_a_kustomization_is_named_once() -> None:
    files = {
        "r/kustomization.yaml": "resources: [o, p]\n",
        "r/o/kustomization.yaml": "resources: [../b]\n",
        "r/p/kustomization.yaml": "resources: [../b]\n",
        "r/b/kustomization.yaml": "resources: [a.yaml, nope.yaml]\npatches: [{path: patch.yaml}]\n",
        "r/b/a.yaml": A,
        "r/b/patch.yaml": A,
    }
    build = walk(tree(files), "r")
    assert directories(build.kustomizations) == ["r", "r/o", "r/b", "r/p"]
    assert [directories(file.chain) for file in build.files] == [["r", "r/o", "r/b"], ["r", "r/p", "r/b"]]
    assert [type(problem) for problem in build.problems] == [Missing]
    assert [input_.path for input_ in build.inputs] == ["r/b/patch.yaml"]


def test_inputs_are_named_with_what_they_are() -> None:
    files = {
        "r/kustomization.yaml": """\
patches: [{path: p1.yaml}]
patchesStrategicMerge: [p2.yaml]
patchesJson6902: [{path: p3.yaml}]
configMapGenerator: [{name: x, files: [c=c.txt, d.txt], envs: [e.env], env: f.env}]
secretGenerator: [{name: x, files: [s.txt]}]
configurations: [conf.yaml]
crds: [crd.yaml]
replacements: [{path: r.yaml}]
openapi: {path: o.json}
helmCharts: [{name: h, valuesFile: v.yaml, additionalValuesFiles: [w.yaml]}]
transformers: [t.yaml, t]
""",
        "r/t/kustomization.yaml": "resources: [u.yaml]\n",
        "r/t/u.yaml": A,
    }
    names = (
        "p1.yaml p2.yaml p3.yaml c.txt d.txt e.env f.env s.txt conf.yaml crd.yaml r.yaml o.json v.yaml w.yaml t.yaml"
    )
    files |= {f"r/{name}": "" for name in names.split()}
    build = walk(tree(files), "r")
    assert not build.problems
    assert not build.files
    assert {input_.path: input_.entry.field for input_ in build.inputs} == {
        "r/p1.yaml": "patches.path",
        "r/p2.yaml": "patchesStrategicMerge",
        "r/p3.yaml": "patchesJson6902.path",
        "r/c.txt": "configMapGenerator.files",
        "r/d.txt": "configMapGenerator.files",
        "r/e.env": "configMapGenerator.envs",
        "r/f.env": "configMapGenerator.env",
        "r/s.txt": "secretGenerator.files",
        "r/conf.yaml": "configurations",
        "r/crd.yaml": "crds",
        "r/r.yaml": "replacements.path",
        "r/o.json": "openapi.path",
        "r/v.yaml": "helmCharts.valuesFile",
        "r/w.yaml": "helmCharts.additionalValuesFiles",
        "r/t.yaml": "transformers",
        "r/t/u.yaml": "transformers",
    }
    assert directories(build.kustomizations) == ["r", "r/t"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/x.yaml",
        "https://github.com/org/repo//dir?ref=v1",
        "github.com/org/repo",
        "git@example.org:org/repo",
        "ssh://git@example.org/org/repo",
        "git::https://example.org/x",
    ],
)
def test_urls_are_kept_apart(url: str) -> None:
    build = walk(tree({"r/kustomization.yaml": f'resources: ["{url}"]\n'}), "r")
    assert [remote.entry.text for remote in build.remotes] == [url]
    assert not build.problems


@pytest.mark.parametrize(("written", "meant"), [("deploymnet.yaml", "r/deployment.yaml"), ("A.yaml", "r/a.yaml")])
def test_the_file_that_was_meant_is_named(written: str, meant: str) -> None:
    files = {"r/kustomization.yaml": f"resources: [{written}]\n", "r/deployment.yaml": A, "r/a.yaml": A}
    (problem,) = walk(tree(files), "r").problems
    assert problem.message == f"resources names r/{written}, which does not exist"
    assert problem.hint == f"did you mean {meant}?"


class Linked(MemoryTree):
    """A tree with symlinks: files whose content starts with `->`."""

    def __init__(self, files: Mapping[str, str]) -> None:
        super().__init__({path: text.removeprefix("->").encode() for path, text in files.items()})
        links = {path for path, text in files.items() if text.startswith("->")}
        entries = self.entries.values()
        self.entries = Listing.of(Entry(e.path, SYMLINK, size=e.size) if e.path in links else e for e in entries)


def linked(**links: str) -> Build:
    files = {
        "r/kustomization.yaml": "resources: [" + ", ".join(name.replace("_", ".") for name in links) + "]\n",
        "base/kustomization.yaml": "resources: [a.yaml]\n",
        "base/a.yaml": A,
    }
    return walk(Linked({**files, **{f"r/{name.replace('_', '.')}": f"->{to}" for name, to in links.items()}}), "r")


def test_symlinks_inside_of_the_repo_are_followed() -> None:
    build = linked(file_yaml="../base/a.yaml", directory="../base")
    assert not build.problems
    assert [file.path for file in build.files] == ["base/a.yaml", "base/a.yaml"]


@pytest.mark.parametrize(
    ("to", "kind"),
    [("/etc/hostname", LeavesRepo), ("../../x", LeavesRepo), ("nope", Missing), ("x.yaml", Missing)],
)
def test_symlinks_to_elsewhere_are_not(to: str, kind: type) -> None:
    assert [type(problem) for problem in linked(x_yaml=to).problems] == [kind]


def test_a_kustomization_behind_a_symlink_belongs_to_its_directory() -> None:
    files = {"r/kustomization.yaml": "->../shared.yaml", "shared.yaml": "resources: [a.yaml]\n", "r/a.yaml": A}
    build = walk(Linked(files), "r")
    assert build.root is not None
    assert (build.root.path, build.root.directory) == ("shared.yaml", "r")
    assert [file.path for file in build.files] == ["r/a.yaml"]


def test_a_file_is_parsed_once_by_the_callers_parser() -> None:
    source = tree(SERVICES)
    asked: list[str] = []

    def read(path: str) -> YamlFile:
        asked.append(path)
        return yamldoc.parse(source.read(path), path)

    graph = Graph(source, read)
    assert graph.build("clusters/koala") is graph.build("clusters/koala")
    graph.build("apps/n8n")
    assert sorted(asked) == sorted(SERVICES)


def test_what_is_read_is_read_together() -> None:
    class Counting(MemoryTree):
        rounds = 0

        def read_many(self, paths: Iterable[str]) -> Mapping[str, bytes]:
            wanted = list(paths)
            type(self).rounds += bool(wanted)
            return super().read_many(wanted)

    services = {f"apps/s{n}/kustomization.yaml": "resources: [a.yaml]\n" for n in range(20)}
    manifests = {f"apps/s{n}/a.yaml": A for n in range(20)}
    listed = {"kustomization.yaml": f"resources: [{', '.join(f'apps/s{n}' for n in range(20))}]\n"}
    source = Counting({path: text.encode() for path, text in {**services, **manifests, **listed}.items()})
    assert len(walk(source, "").files) == 20
    assert Counting.rounds == 3
    assert len(walk(source, "", manifests=False).files) == 20
    assert Counting.rounds == 5


def test_a_manifest_that_is_not_yaml_is_named_where_it_is_listed() -> None:
    build = walk(tree({"r/kustomization.yaml": "resources:\n- a.yaml\n", "r/a.yaml": "a: [\n"}), "r")
    (problem,) = build.problems
    assert isinstance(problem, Unreadable)
    assert (problem.path, problem.error().line, problem.reason.path) == ("r/kustomization.yaml", 2, "r/a.yaml")
    assert [file.file for file in build.files] == [None]


def test_a_directory_without_a_kustomization_has_no_root() -> None:
    build = walk(tree({"r/a.yaml": A}), "r")
    assert (build.root, build.files, build.problems) == (None, (), ())
    assert load(tree({"r/a.yaml": A}), "r") is None


def test_load_raises_what_walk_reports() -> None:
    with pytest.raises(InfraToolError, match="more than one kustomization file"):
        load(tree({"r/kustomization.yaml": "", "r/Kustomization": ""}), "r")
    with pytest.raises(InfraToolError) as caught:
        load(tree({"r/kustomization.yaml": "a: [\n"}), "r")
    assert caught.value.path == "r/kustomization.yaml"


def test_what_a_kustomization_says() -> None:
    text = """\
namespace: web
namePrefix: pre-
nameSuffix: ''
images:
  - name: app
    newName: registry.example.org/app
    newTag: v1
  - {name: db, digest: sha256:0}
patches:
  - {path: p.yaml, target: {kind: Deployment}}
  - patch: |
      kind: Deployment
secretGenerator: [{name: s, literals: [a=b]}]
"""
    file = load(tree({"kustomization.yaml": text}), "")
    assert file is not None
    assert (file.directory, file.path, file.kind) == ("", "kustomization.yaml", "Kustomization")
    names = [node.value if node is not None else None for node in (file.namespace, file.name_prefix, file.name_suffix)]
    assert names == ["web", "pre-", ""]
    app, db = file.images
    assert app.new_tag is not None
    assert file.file.position(app.new_tag.start) == (7, 13)
    assert (db.name.value if db.name else None, db.new_tag, db.new_name) == ("db", None, None)
    path, inline = file.patches
    assert path.entry is not None
    assert (path.entry.text, path.inline, yamldoc.text(path.target, "kind")) == ("p.yaml", None, "Deployment")
    assert inline.entry is None
    assert inline.inline is not None
    assert [(made.field, made.name.value if made.name else None) for made in file.generators] == [
        ("secretGenerator", "s")
    ]
    assert file.makes_objects
