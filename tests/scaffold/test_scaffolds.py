"""Every kind, option and layout: what is made is clean, in our own eyes and those of the schemas."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import git, lint, repo, schema
from infra_tool.edits import Tree
from infra_tool.yamldoc import Mapping, parse

MANIFESTS = re.compile(r"(apps|clusters|components)/.*\.yaml")
UNCHECKED = re.compile(r"no schema for (GitRepository|Kustomization) (source|kustomize)\.toolkit\.fluxcd\.io/v1")


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["shared", "isolated"])
def test_every_scaffold_is_clean(scaffolded: Callable[[str], Path], layout: str) -> None:
    tree = git.WorkTree(scaffolded(layout))
    report = lint.run(tree, repo.load_config(tree))
    assert [finding for finding in report.findings if finding.severity != "info"] == []
    assert report.summary.resources > 60
    assert [left for left in report.summary.unchecked if not UNCHECKED.search(left.reason)] == []
    for path in filter(MANIFESTS.fullmatch, tree.entries):
        check_manifest(tree, path)


def check_manifest(tree: Tree, path: str) -> None:
    data = tree.read(path)
    assert not re.search(rb"[ \t]\n|\n\n|\A\n|[^\n]\Z", data), path
    for document in parse(data, path).documents:
        assert isinstance(document.root, Mapping)
        assert not schema.load("1.33").check(document.root).violations, path
