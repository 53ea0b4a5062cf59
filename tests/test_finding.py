"""Findings are values that sort by place."""

import dataclasses
import random

import pytest

from infra_tool.finding import SEVERITIES, Finding


def test_findings_sort_by_place_then_code() -> None:
    expected = [
        Finding("a.yaml", 1, 1, "Y001", "m"),
        Finding("a.yaml", 2, 1, "K001", "m"),
        Finding("a.yaml", 2, 9, "K001", "m"),
        Finding("a.yaml", 10, 1, "K001", "m"),
        Finding("a.yaml", 10, 1, "K002", "a"),
        Finding("a.yaml", 10, 1, "K002", "b"),
        Finding("b.yaml", 1, 1, "A001", "m"),
    ]
    shuffled = random.Random(1).sample(expected, len(expected))  # noqa: S311 -- an order, no secret
    assert sorted(shuffled) == expected


def test_a_finding_cannot_be_changed_and_can_be_in_a_set() -> None:
    finding = Finding("a.yaml", 1, 1, "Y001", "m")
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.line = 2  # type: ignore[misc]
    assert {finding, Finding("a.yaml", 1, 1, "Y001", "m")} == {finding}
    assert finding.severity == SEVERITIES[0] == "error"


def test_findings_that_differ_in_what_one_of_them_lacks_have_an_order() -> None:
    plain = Finding("a.yaml", 1, 1, "I002", "x")
    for field, value in (("help", "y"), ("object", "Pod/a/b"), ("end_line", 2), ("fix_path", "b.yaml")):
        more = dataclasses.replace(plain, **{field: value})
        assert sorted([more, plain]) == sorted([plain, more]) == [plain, more]
