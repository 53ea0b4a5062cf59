"""Every rule on its examples: `bad-x` gives what `bad-x.out` says, `ok-x` nothing. See CONTRIBUTING for the format.

INFRA_TOOL_GOLDEN=write rewrites the golden files; read the diff.
"""

import inspect
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from infra_tool.finding import SEVERITIES, Finding
from infra_tool.lint.registry.every import RULES
from infra_tool.lint.report import Report
from infra_tool.lint.rule import Rule

WRITES = os.environ.get("INFRA_TOOL_GOLDEN") == "write"
ROOT = Path(__file__).parent.parent
DATA = ROOT / "data" / "rules"
EXAMPLES = sorted(path for path in DATA.glob("*/*") if path.suffix != ".out")
MODULES = sorted((ROOT.parent / "infra_tool" / "lint" / "rules").glob("*/*.py"))
TOOL = "X"
"""The family that is about the findings of the others: it needs them all."""
NO_EXAMPLE = {"K201", "X001", "X006", "S009", "S024"}
"""What a folder of examples cannot hold: what is no finding, a bug of ours, files of many megabytes (see
test_engine.py), private keys."""


Judged = Callable[..., Report]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def line(finding: Finding) -> str:
    """Return a finding as the format concise has it."""
    return f"{finding.path}:{finding.line}:{finding.column}: {finding.code} {finding.severity}: {finding.message}"


@pytest.fixture
def said(judged: Judged, example_files: Callable[[Path], Mapping[str, bytes]]) -> Callable[[Path], list[str]]:
    """Return the lines of the findings of an example's own rule."""

    def ask(example: Path) -> list[str]:
        code = example.parent.name
        report = judged(example_files(example), *([] if code.startswith(TOOL) else [code]))
        assert not report.is_broken
        return [line(finding) for finding in report.findings if finding.code == code]

    return ask


@pytest.mark.parametrize("example", [path for path in EXAMPLES if path.name.startswith("bad-")], ids=name)
def test_a_bad_example_is_found(example: Path, said: Callable[[Path], list[str]]) -> None:
    golden = example.with_name(f"{example.name.removesuffix('.yaml')}.out")
    found = "".join(f"{each}\n" for each in said(example))
    assert found, "nothing found"
    if WRITES:
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("example", [path for path in EXAMPLES if path.name.startswith("ok-")], ids=name)
def test_an_ok_example_is_clean(example: Path, said: Callable[[Path], list[str]]) -> None:
    assert said(example) == []


def test_examples_are_named_for_what_they_show() -> None:
    assert [name(path) for path in EXAMPLES if not path.name.startswith(("bad-", "ok-"))] == []
    goldens = {path.with_suffix("") for path in DATA.glob("*/*.out")}
    assert goldens == {path.with_name(path.name.removesuffix(".yaml")) for path in EXAMPLES if "bad-" in path.name}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_a_rule_says_what_it_is(rule: Rule) -> None:
    assert isinstance(rule, ModuleType)
    assert re.fullmatch("[TKSIFRWYGX][0-9]{3}", rule.CODE)
    assert rule.NAME.replace("-", "_") == rule.__name__.rpartition(".")[2]
    assert rule.SEVERITY in SEVERITIES
    summary, _, rest = (inspect.getdoc(rule) or "").partition("\n\n")
    assert summary.endswith("."), "the docstring begins with one sentence"
    assert rest, "and goes on with why it hurts, an example and the fix"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.CODE not in NO_EXAMPLE], ids=lambda rule: rule.CODE)
def test_a_rule_has_examples_of_both_kinds(rule: Rule) -> None:
    kinds = {path.name.partition("-")[0] for path in EXAMPLES if path.parent.name == rule.CODE}
    assert kinds == {"bad", "ok"}


def test_each_module_is_in_the_registry_once() -> None:
    registered = sorted(str(getattr(rule, "__file__", "")) for rule in RULES)
    assert registered == [str(path) for path in MODULES if path.name != "__init__.py"]
    assert len({rule.CODE for rule in RULES}) == len({rule.NAME for rule in RULES}) == len(RULES)
