"""What the engine does around the rules: what it judges, what it leaves out, what it says about itself."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from infra_tool import git, lint, repo
from infra_tool.edits import MAX_SIZE, SYMLINK, Entry, Listing, MemoryTree
from infra_tool.lint.mark import Mark
from infra_tool.lint.report import Report
from infra_tool.lint.rules.yaml import duplicate_key
from infra_tool.lint.subject import Facts, Source
from infra_tool.repo import Config

Judged = Callable[..., Report]
TWICE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: x\n  a: y\n"
REPO = {
    "clusters/koala/kustomization.yaml": "resources: [../../apps/n8n]\n",
    "apps/n8n/kustomization.yaml": "resources: [a.yaml]\n",
    "apps/n8n/a.yaml": TWICE,
}


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def configured(text: str) -> dict[str, str]:
    return {**REPO, ".infra-tool.yaml": f"version: 1\nlint:\n{text}"}


def test_a_finding_says_all_there_is_to_say(judged: Judged) -> None:
    found = judged(REPO)
    assert codes(found) == ["Y002"]
    first = found.findings[0]
    assert (first.path, first.line, first.column, first.end_line, first.end_column) == ("apps/n8n/a.yaml", 6, 3, 6, 4)
    assert (first.name, first.severity) == ("duplicate-key", "error")
    assert first.chain == ("clusters/koala/kustomization.yaml", "apps/n8n/kustomization.yaml")
    assert (found.summary.errors, found.summary.warnings, found.summary.infos) == (1, 0, 0)
    assert (found.summary.files, found.summary.resources, found.summary.unchecked) == (3, 1, ())


def test_the_chain_goes_through_flux(judged: Judged) -> None:
    flux = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: n8n}\n"
        "spec: {path: apps/n8n, sourceRef: {kind: GitRepository, name: flux-system}}\n"
    )
    found = judged(
        {**REPO, "clusters/koala/kustomization.yaml": "resources: [n8n.yaml]\n", "clusters/koala/n8n.yaml": flux}
    )
    assert [finding.chain for finding in found.findings if finding.code == "Y002"] == [
        ("clusters/koala/kustomization.yaml", "clusters/koala/n8n.yaml", "apps/n8n/kustomization.yaml")
    ]


def test_the_chain_names_no_file_that_flux_makes(judged: Judged) -> None:
    found = judged({"clusters/koala/a.yaml": TWICE})
    assert [(finding.path, finding.chain) for finding in found.findings] == [("clusters/koala/a.yaml", ())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  select: [T, duplicate-key]\n", ["Y002"]),
        ("  select: [T]\n", []),
        ("  select: [Y0]\n", ["Y002"]),
        ("  select: [y]\n", []),
        ("  ignore: [Y002]\n", []),
        ("  ignore: [duplicate-key]\n", []),
        ("  ignore: [K]\n", ["Y002"]),
        ("  per_path_ignore: {apps/*: [Y]}\n", []),
        ("  per_path_ignore: {apps/n8n: [Y]}\n", []),
        ("  per_path_ignore: {apps/n8: [Y]}\n", ["Y002"]),
        ("  per_path_ignore: {apps/n8n/a.yaml: [T, Y002]}\n", []),
        ('  per_path_ignore: {"*": [T]}\n', ["Y002"]),
    ],
)
def test_the_configuration_leaves_rules_out(judged: Judged, text: str, expected: list[str]) -> None:
    assert [code for code in codes(judged(configured(text))) if code != "X003"] == expected


def test_the_most_exact_severity_counts(judged: Judged) -> None:
    found = judged(configured("  severity: {Y002: info, Y: warning}\n"))
    assert [finding.severity for finding in found.findings] == ["info"]
    assert (found.summary.errors, found.summary.infos) == (0, 1)


def test_what_cannot_be_read_is_named(git_repo: Path, tmp_path: Path) -> None:
    (git_repo / "clusters/koala").mkdir(parents=True)
    (git_repo / "clusters/koala/kustomization.yaml").write_text("resources: [big.yaml]\n")
    (git_repo / "clusters/koala/big.yaml").write_bytes(b"a: b\n" * (MAX_SIZE // 5 + 1))
    (git_repo / "out").symlink_to(tmp_path)
    (git_repo / "in").symlink_to("clusters")
    (git_repo / "helm.yaml").write_text("{{- if x }}\n")
    tree = git.WorkTree(git_repo)
    found = lint.run(tree, repo.load_config(tree))
    assert {(unchecked.path, unchecked.reason) for unchecked in found.summary.unchecked} == {
        ("clusters/koala/big.yaml", "is larger than 5 MiB"),
        ("out", "is a symlink that leaves the repo"),
        ("helm.yaml", "looks like a template: not read as YAML"),
    }
    assert [(finding.path, finding.code) for finding in found.findings] == [
        ("clusters/koala/big.yaml", "X006"),
        ("clusters/koala/kustomization.yaml", "T018"),
        ("out", "T012"),
    ]


def test_a_symlink_inside_of_the_repo_is_followed() -> None:
    class Linked(MemoryTree):
        def __init__(self, files: Mapping[str, bytes], links: Mapping[str, str]) -> None:
            super().__init__({**files, **{path: to.encode() for path, to in links.items()}})
            entries = [Entry(path, SYMLINK) if path in links else entry for path, entry in self.entries.items()]
            self.entries = Listing.of(entries)

    tree = Linked(
        {
            "clusters/koala/kustomization.yaml": b"resources: [n8n]\n",
            "apps/n8n/kustomization.yaml": b"resources: [a.yaml]\n",
            "apps/n8n/a.yaml": TWICE.encode(),
        },
        {"clusters/koala/n8n": "../../apps/n8n"},
    )
    found = lint.run(tree, Config())
    assert [(finding.path, finding.code) for finding in found.findings] == [("apps/n8n/a.yaml", "Y002")]
    assert (found.summary.files, found.summary.resources) == (3, 1)


def test_json_is_a_manifest_where_a_kustomization_says_so(judged: Judged) -> None:
    files = {
        "clusters/koala/kustomization.yaml": "resources: [a.json]\n",
        "clusters/koala/a.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "name": "b"}}',
        "other.json": '{"a": 1, "a": 2}',
    }
    assert [(finding.path, finding.code) for finding in judged(files).findings] == [("clusters/koala/a.json", "Y002")]


def test_what_is_listed_and_not_yaml_is_an_error(judged: Judged) -> None:
    found = judged({"clusters/koala/kustomization.yaml": "resources: [a.txt]\n", "clusters/koala/a.txt": "a: b: c\n"})
    assert [(finding.path, finding.code) for finding in found.findings] == [("clusters/koala/a.txt", "Y001")]


def test_a_rule_that_fails_is_named_and_the_others_go_on(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: Source, facts: Facts) -> Iterator[Mark]:
        raise ValueError(f"s3cret {source.path} {facts.is_ours}")
        yield

    monkeypatch.setattr(duplicate_key, "check", fail)
    files = {
        **configured("  ignore: [X001]\n  per_path_ignore: {'*': [X]}\n  severity: {X001: info}\n"),
        "apps/n8n/b.yaml": f"# infra-tool: ignore[X001]\n{TWICE}",
    }
    found = judged(files)
    assert found.is_broken
    failures = [finding for finding in found.findings if finding.code == "X001"]
    assert [finding.path for finding in failures] == sorted(files)
    assert {finding.severity for finding in failures} == {"error"}
    assert "rule Y002 (duplicate-key) failed: ValueError at test_engine.py" in failures[0].message
    assert "s3cret" not in repr(found)
    assert "T005" in codes(found)


def test_findings_are_sorted_and_given_once(judged: Judged) -> None:
    files = {
        "clusters/koala/kustomization.yaml": "resources: [../../apps/n8n, nope.yaml]\n",
        "clusters/lion/kustomization.yaml": "resources: [../../apps/n8n]\n",
        "apps/n8n/kustomization.yaml": "resource: []\nresources: [nope.yaml, a.yaml]\n",
        "apps/n8n/a.yaml": TWICE,
    }
    assert [(finding.path, finding.line, finding.code) for finding in judged(files).findings] == [
        ("apps/n8n/a.yaml", 6, "Y002"),
        ("apps/n8n/kustomization.yaml", 1, "T008"),
        ("apps/n8n/kustomization.yaml", 2, "T001"),
        ("clusters/koala/kustomization.yaml", 1, "T001"),
    ]


def test_objects_that_a_patch_renames_are_unchecked(judged: Judged) -> None:
    patch = "patches: [{target: {kind: ConfigMap}, patch: '[{op: replace, path: /metadata/name, value: b}]'}]\n"
    files = {**REPO, "apps/n8n/kustomization.yaml": f"resources: [a.yaml]\n{patch}"}
    assert [tuple(each) for each in judged(files).summary.unchecked] == [
        (
            "apps/n8n/a.yaml",
            "apps/n8n/kustomization.yaml changes what ConfigMap/default/a is called: not compared with other objects",
        )
    ]


def test_what_is_elsewhere_is_unchecked(judged: Judged) -> None:
    flux = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: n8n, namespace: flux-system}\n"
        "spec: {path: ./n8n, sourceRef: {kind: ExternalArtifact, name: apps}}\n"
    )
    files = {
        "clusters/koala/kustomization.yaml": "resources: [n8n.yaml, 'https://me:s3cret@git.example.test/a//b?ref=v1']\n",
        "clusters/koala/n8n.yaml": flux,
        "apps/n8n/kustomization.yaml": "resources: [a.yaml]\n",
        "apps/n8n/a.yaml": TWICE.replace("a: y", "b: y"),
    }
    found = judged(files, "T", "X")
    assert found.findings == ()
    assert [tuple(each) for each in found.summary.unchecked] == [
        ("clusters/koala/kustomization.yaml", "https://git.example.test/a//b?ref=v1 is not in this repo"),
        (
            "clusters/koala/n8n.yaml",
            "Flux Kustomization n8n applies files of ExternalArtifact/flux-system/apps, not of this repo",
        ),
    ]


def test_a_path_that_a_variable_decides_is_unchecked(judged: Judged) -> None:
    flux = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: n8n}\n"
        "spec: {path: './apps/${APP}', sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}\n"
    )
    assert [tuple(each) for each in judged({"clusters/koala/n8n.yaml": flux}, "T").summary.unchecked] == [
        ("clusters/koala/n8n.yaml", "Flux Kustomization n8n has a variable in its path")
    ]
