"""How findings look in each format."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from findings import IMAGE

from infra_tool import output
from infra_tool.finding import Finding
from infra_tool.lint.report import Summary, Unchecked
from infra_tool.output import FORMATS, Result
from infra_tool.splice import Span, Splice

DEPLOYMENT = b"kind: Deployment\nspec:\n\timage: \xe7\x8c\xab/nginx:latest # here\n"


SUMMARY = Summary(errors=1, warnings=0, infos=2, files=3, resources=1, unchecked=())


def show(format_: str, *findings: Finding, files: dict[str, bytes] | None = None, colour: bool = False) -> list[str]:
    source = files or {IMAGE.path: DEPLOYMENT}
    return list(FORMATS[format_].lines(Result(findings, SUMMARY, source.get, colour)))


def test_every_format_is_registered() -> None:
    package = Path(output.__file__).parent
    modules = {path.stem for path in package.glob("*.py") if "IS_TEXT =" in path.read_text(encoding="utf-8")}
    assert modules == set(FORMATS)


def test_concise_is_the_line_of_the_contract() -> None:
    assert show("concise", IMAGE) == ["apps/web/deployment.yaml:3:9: I002 error: the tag latest floats"]


def test_full_shows_the_line_and_what_to_do() -> None:
    assert show("full", IMAGE) == [
        "apps/web/deployment.yaml:3:9: I002 error: the tag latest floats",
        "3 |     image: 猫/nginx:latest # here",
        "  |            ^^^^^^^^^^^^^^^",
        "  = help: pin a version",
        "  = object: Deployment/web/web",
        "  = chain: clusters/koala/kustomization.yaml -> apps/web/kustomization.yaml",
        "",
    ]


def test_full_does_without_a_line() -> None:
    gone = replace(IMAGE, path="gone.yaml", help=None, object=None, chain=())
    assert show("full", gone) == ["gone.yaml:3:9: I002 error: the tag latest floats", ""]
    beyond = replace(IMAGE, line=99, help=None, object=None, chain=())
    assert show("full", beyond) == ["apps/web/deployment.yaml:99:9: I002 error: the tag latest floats", ""]


def test_colours_are_escapes_and_nothing_else() -> None:
    plain, coloured = show("full", IMAGE), show("full", IMAGE, colour=True)
    assert "^^^\x1b[0m" in "\n".join(coloured)
    assert [remove_colours(line) for line in coloured] == plain


def remove_colours(line: str) -> str:
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;31m"):
        line = line.replace(code, "")
    return line


def test_json_has_the_fields_of_the_contract() -> None:
    fixable = replace(IMAGE, fix=(Splice(Span(1, 2), b"x"),), path="b\udcffd/x.yaml", message="a \udcff")
    (text,) = show("json", fixable)
    found = json.loads(text)
    assert text.encode()
    assert found["command"] == "lint"
    assert found["result"]["findings"] == [
        {
            "code": "I002",
            "name": "mutable-tag",
            "severity": "error",
            "path": "b\\xffd/x.yaml",
            "line": 3,
            "column": 9,
            "end_line": 3,
            "end_column": 23,
            "message": "a \\udcff",
            "help": "pin a version",
            "object": "Deployment/web/web",
            "chain": ["clusters/koala/kustomization.yaml", "apps/web/kustomization.yaml"],
            "fixable": True,
        }
    ]
    assert found["result"]["summary"] == {
        "errors": 1,
        "warnings": 0,
        "infos": 2,
        "files": 3,
        "resources": 1,
        "unchecked": [],
        "baseline": None,
    }


@pytest.mark.parametrize(("severity", "level"), [("error", "error"), ("warning", "warning"), ("info", "notice")])
def test_github_annotates(severity: str, level: str) -> None:
    (line,) = show("github", replace(IMAGE, severity=severity))  # type: ignore[arg-type]
    place = f"::{level} file=apps/web/deployment.yaml,line=3,col=9,title=I002::"
    assert line == f"{place}the tag latest floats%0Apin a version"


def test_github_commands_cannot_be_broken_out_of() -> None:
    evil = replace(IMAGE, path="a,b:c%\n.yaml", message="50%\r\n::set-output name=x::y", help=None)
    assert show("github", evil) == [
        "::error file=a%2Cb%3Ac%25%0A.yaml,line=3,col=9,title=I002::50%25\\r%0A::set-output name=x::y"
    ]


@pytest.mark.parametrize("format_", ["concise", "full"])
def test_what_a_repo_says_cannot_drive_the_terminal(format_: str) -> None:
    evil = replace(
        IMAGE, path="a\x1b[2J\n\udcff.yaml", message="x\x1b]0;t\x07\u202e", help="\x9b31m", object=None, chain=()
    )
    shown = show(format_, evil, files={evil.path: b"\n\nimage: \x1b[31mred\xff\n"})
    assert shown[0] == "a\\x1b[2J\\n\\xff.yaml:3:9: I002 error: x\\x1b]0;t\\x07\\u202e"
    assert not any(ord(character) < 32 for line in shown for character in line)


def test_the_summary_counts_and_names_what_was_not_checked() -> None:
    assert list(output.summary.lines(SUMMARY)) == ["1 error, 2 infos in 3 files, 1 resource"]
    unchecked = tuple(
        Unchecked(*one)
        for one in (
            ("b.yaml", "no schema for Widget"),
            ("a.yaml", "no schema for Widget"),
            ("c", "is larger than 5 MiB"),
        )
    )
    assert list(output.summary.lines(replace(SUMMARY, errors=0, infos=0, unchecked=unchecked))) == [
        "not checked: a.yaml and 1 more: no schema for Widget",
        "not checked: c: is larger than 5 MiB",
        "no findings in 3 files, 1 resource; 3 not checked",
    ]


def test_a_long_list_of_reasons_is_cut_and_still_counted() -> None:
    unchecked = tuple(Unchecked(f"{number:02}.yaml", f"reason {number:02}") for number in range(13))
    shown = list(output.summary.lines(replace(SUMMARY, unchecked=unchecked)))
    assert shown[10] == "not checked: more, for 3 other reasons; --format json lists them"
    assert shown[11].endswith("; 13 not checked")
