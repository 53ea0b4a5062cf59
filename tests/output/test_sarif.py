"""SARIF holds what code hosts need of a finding, and nothing that the format does not allow."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
from findings import IMAGE

from infra_tool.finding import Finding
from infra_tool.lint.report import Summary, Unchecked
from infra_tool.output import FORMATS, Described, Result

SCHEMA = json.loads(Path(__file__).with_name("sarif.schema.json").read_text(encoding="utf-8"))
RULE = Described(
    "I002", "mutable-tag", "error", "An image has a tag that moves", "An image has a tag that moves.\n\nFix it."
)


def run(*findings: Finding, unchecked: tuple[Unchecked, ...] = ()) -> Any:  # noqa: ANN401 -- JSON
    """Return the one run of the output."""
    summary = Summary(len(findings), 0, 0, 1, 1, unchecked)
    (text,) = FORMATS["sarif"].lines(Result(findings, summary, {}.get, rules=lambda: [RULE]))
    text.encode()
    found = json.loads(text)
    jsonschema.validate(found, SCHEMA)
    return found["runs"][0]


def test_a_result_has_a_region_and_its_rule() -> None:
    found = run(IMAGE)
    (result,) = found["results"]
    assert found["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "I002"
    assert (result["level"], result["message"]["text"]) == ("error", "the tag latest floats\npin a version")
    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "apps/web/deployment.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 9, "endLine": 3, "endColumn": 23},
    }
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "Deployment/web/web"


def test_a_rule_is_described_and_has_no_address() -> None:
    (rule,) = run(IMAGE)["tool"]["driver"]["rules"]
    assert rule["name"] == "MutableTag"
    assert rule["shortDescription"]["text"] == "An image has a tag that moves"
    assert rule["help"]["markdown"].endswith("Fix it.")
    assert rule["defaultConfiguration"]["level"] == "error"


def test_an_info_is_a_note() -> None:
    assert run(replace(IMAGE, severity="info"))["results"][0]["level"] == "note"


def test_a_place_without_an_end_and_one_without_a_file() -> None:
    start, nowhere = run(
        replace(IMAGE, end_line=None, end_column=None), replace(IMAGE, path=".", line=1, column=1, object=None)
    )["results"]
    assert start["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 9}
    assert nowhere["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": ".", "uriBaseId": "%SRCROOT%"}}}]


def test_a_path_is_a_reference_to_a_file() -> None:
    odd = replace(IMAGE, path="a b/ü#?%\udcff.yaml", message="\udcff")
    place = run(odd)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "a%20b/%C3%BC%23%3F%25%FF.yaml"


def fingerprints(*findings: Finding) -> list[str]:
    return [result["partialFingerprints"]["ruleObjectPath/v1"] for result in run(*findings)["results"]]


def test_a_fingerprint_stays_when_lines_move() -> None:
    moved = replace(IMAGE, line=30, end_line=30, message="the tag main floats")
    assert fingerprints(IMAGE) == fingerprints(moved)


def test_each_finding_of_a_run_has_its_own_fingerprint() -> None:
    others = [replace(IMAGE, line=30), replace(IMAGE, object="Pod/web/x"), replace(IMAGE, code="I003")]
    assert len(set(fingerprints(IMAGE, *others))) == 4


def test_what_was_not_checked_is_told() -> None:
    (invocation,) = run(unchecked=(Unchecked("crd.yaml", "no schema for Widget"),))["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"]
    assert note["message"]["text"] == "not checked: no schema for Widget"
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "crd.yaml"


def test_a_rule_that_failed_is_no_success() -> None:
    assert not run(replace(IMAGE, code="X001"))["invocations"][0]["executionSuccessful"]
