"""The walker on whatever a file may hold."""

import json
from collections import Counter

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from infra_tool import schema
from infra_tool.yamldoc import Mapping, YamlFile, parse

KEYS = (
    *("apiVersion", "kind", "metadata", "spec", "name", "labels", "replicas", "selector", "matchLabels", "template"),
    *("containers", "image", "env", "value", "ports", "containerPort", "resources", "limits", "cpu", "items", "sops"),
    *("typo", "a.b/c", "", "<", "0", "${KEY}"),
)
TEXTS = ("web", "", "8080", "true", "null", "${PORT}", "$${PORT}", "ENC[x]", "Deployment", "apps/v1", "List", "v1", "~")
scalars = st.none() | st.booleans() | st.integers() | st.floats(-1e6, 1e6) | st.sampled_from(TEXTS)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=25,
)
deployments = st.fixed_dictionaries(
    {
        "apiVersion": st.just("apps/v1"),
        "kind": st.just("Deployment"),
        "metadata": st.just({"name": "web"}) | values,
        "spec": values,
    }
)


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return data is not None


def check(source: str) -> tuple[YamlFile, schema.Verdict]:
    file = parse(source.encode())
    root = file.documents[0].root
    assert isinstance(root, Mapping)
    return file, schema.load("1.33").check(root)


@settings(max_examples=150, deadline=None)
@given(deployments | st.dictionaries(st.sampled_from(KEYS), values, max_size=5))
def test_the_way_a_document_is_written_makes_no_difference(document: dict[str, object]) -> None:
    _, flow = check(json.dumps(document))
    _, block = check(yaml.dump(document, Dumper=NoAliases, sort_keys=False))
    assert Counter(found.code for found in flow.violations) == Counter(found.code for found in block.violations)
    assert len(flow.unchecked) == len(block.unchecked)


@settings(max_examples=100, deadline=None)
@given(deployments)
def test_every_violation_has_a_place_in_the_file_and_one_line_of_text(document: dict[str, object]) -> None:
    file, verdict = check(yaml.dump(document, Dumper=NoAliases))
    for found in verdict.violations:
        assert 0 <= found.node.start <= found.node.end <= len(file.text)
        assert "\n" not in found.message


@pytest.mark.parametrize(
    "text",
    ["12345", "yes", "1.50", "[a]", "{a: b}", '"12"', "|\n    block", "-5", "0x1F", "2024-01-01", "12:30:00", ""],
)
def test_no_value_of_a_secret_is_ever_shown(text: str) -> None:
    for field in ("stringData", "data", "immutable", "type"):
        document = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: web}}\n{field}:\n  secret: {text}\n"
        _, verdict = check(document)
        _, whole = check(document.replace("\n  secret:", ""))
        shown = "".join(f"{found.message} {found.help}" for found in (*verdict.violations, *whole.violations))
        assert not text or text.strip('"') not in shown.replace("write `key: value`", "")


def test_numbers_as_go_reads_them() -> None:
    _, verdict = check(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
        "spec: {replicas: 2.0, minReadySeconds: 0x10, revisionHistoryLimit: 1_000}\n"
    )
    assert {found.code for found in verdict.violations} == {"K005"}


def test_dates_are_strings() -> None:
    _, verdict = check("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {day: 2024-01-01}\n")
    assert verdict == schema.Verdict((), (), "ConfigMap")
