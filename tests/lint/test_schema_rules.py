"""The schema rules: what has no schema is named, and a manifest is walked once for all four."""

import pytest

from infra_tool import yamldoc
from infra_tool.lint.mark import Mark
from infra_tool.lint.report import Unchecked
from infra_tool.lint.rules.schema import (
    deprecated_version,
    incomplete_object,
    removed_version,
    unknown_field,
    unknown_kind,
    wrong_type,
)
from infra_tool.lint.subject import Applied, Facts, Way
from infra_tool.repo import Config
from infra_tool.schema import Schemas

FACTS = Facts(Config(stated=frozenset({"kubernetes"})), None, is_ours=False)
ASSUMED = Facts(Config(), None, is_ours=False)
CUSTOM = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: example.org/v1
kind: Widget
metadata: {name: b}
"""


def applied(text: str) -> Applied:
    return Applied(yamldoc.parse(text.encode(), "apps/a.yaml"), (Way("clusters/koala", ()),))


def test_an_object_without_a_schema_is_named_with_its_line() -> None:
    reason = "line 5: no schema for Widget example.org/v1"
    assert list(unknown_kind.check(applied(CUSTOM), FACTS)) == [Unchecked("apps/a.yaml", reason)]


def test_a_manifest_is_held_against_the_schemas_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    check = Schemas.check
    monkeypatch.setattr(Schemas, "check", lambda self, root: checked.append(root) or check(self, root))
    manifest = applied(CUSTOM)
    for rule in (incomplete_object, unknown_kind, unknown_field, wrong_type):
        list(rule.check(manifest, FACTS))
    assert len(checked) == 2


@pytest.mark.parametrize(
    ("later", "typo"),
    [
        ("apiVersion: resource.k8s.io/v1\nkind: DeviceClass", "apiVersion: resource.k8s.io/v1\nkind: DeviceClas"),
        (
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, restartPolicyRules: []}]}",
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, restartPolicyRulez: []}]}",
        ),
    ],
    ids=["kind", "field"],
)
def test_what_is_new_in_a_later_version_is_wrong_only_for_a_version_that_is_stated(later: str, typo: str) -> None:
    def marks(text: str, facts: Facts) -> list[Mark | Unchecked]:
        manifest = applied(f"metadata: {{name: a}}\n{text}\n")
        return [said for rule in (unknown_kind, unknown_field) for said in rule.check(manifest, facts)]

    assert [type(said) for said in marks(later, FACTS)] == [Mark]
    assert [type(said) for said in marks(later, ASSUMED)] == [Unchecked]
    assert [type(said) for said in marks(typo, ASSUMED)] == [Mark]


def test_no_better_version_is_named_where_there_is_none() -> None:
    endpoints = applied("apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\n")
    (found,) = deprecated_version.check(endpoints, FACTS)
    assert found.help is None


def test_the_version_of_the_clusters_counts() -> None:
    flow = applied("apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n")
    found = {
        version: [*removed_version.check(flow, Facts(Config(kubernetes=version), None, is_ours=False))]
        for version in ("1.31", "1.32")
    }
    assert [len(marks) for marks in found.values()] == [0, 1]
