"""JUnit is XML that a CI server counts right, whatever a repo says."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from findings import IMAGE

from infra_tool.finding import Finding
from infra_tool.lint.report import Summary, Unchecked
from infra_tool.output import FORMATS, Result


def suite(*findings: Finding, unchecked: tuple[Unchecked, ...] = ()) -> ET.Element:
    """Return the one suite, with what every reader relies on checked."""
    errors = sum(finding.severity == "error" for finding in findings)
    summary = Summary(errors, len(findings) - errors, 0, 1, 1, unchecked)
    text = "\n".join(FORMATS["junit"].lines(Result(findings, summary, {}.get)))
    root = ET.fromstring(text.encode())  # noqa: S314 -- our own
    (found,) = root
    assert (root.tag, found.tag, {case.tag for case in found}) == ("testsuites", "testsuite", {"testcase"})
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(found.get(name, "")) == len(list(found.iter(tag)))
    assert all(case.get("name") and case.get("classname") for case in found)
    return found


def test_an_error_is_a_failure() -> None:
    (case,) = suite(IMAGE)
    assert case.attrib == {"classname": "apps/web/deployment.yaml", "name": "I002 mutable-tag 3:9"}
    (failure,) = case
    assert failure.attrib == {"message": "the tag latest floats", "type": "I002"}
    assert failure.text == (
        "apps/web/deployment.yaml:3:9: error: the tag latest floats\n"
        "help: pin a version\n"
        "object: Deployment/web/web\n"
        "chain: clusters/koala/kustomization.yaml -> apps/web/kustomization.yaml"
    )


def test_a_warning_passes_and_says_something() -> None:
    (case,) = suite(replace(IMAGE, severity="warning"))
    assert [part.tag for part in case] == ["system-out"]
    assert "the tag latest floats" in (case[0].text or "")


def test_what_was_not_checked_is_skipped() -> None:
    (case,) = suite(unchecked=(Unchecked("crd.yaml", "no schema for Widget"),))
    assert case[0].attrib == {"message": "no schema for Widget"}


def test_a_clean_run_is_one_case() -> None:
    (case,) = suite()
    assert case.get("name") == "no findings"


def test_nothing_breaks_out() -> None:
    evil = replace(IMAGE, path='a"<b>&\x00\udcff.yaml', message="]]></failure>\x1b[2J\n")
    (case,) = suite(evil)
    assert case.get("classname") == 'a"<b>&\\x00\\xff.yaml'
    assert case[0].get("message") == "]]></failure>\\x1b[2J\\n"
