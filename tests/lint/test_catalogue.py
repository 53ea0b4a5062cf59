"""What rules say about themselves, and the page that is made of it.

INFRA_TOOL_GOLDEN=write rewrites the page; read the diff.
"""

import os
from pathlib import Path

import pytest

from infra_tool.lint import catalogue
from infra_tool.lint.registry.every import RULES
from infra_tool.lint.rule import Rule

WRITES = os.environ.get("INFRA_TOOL_GOLDEN") == "write"
PAGE = Path(__file__).parents[2] / "docs/rules.md"


def test_the_page_of_rules_is_current() -> None:
    if WRITES:
        PAGE.write_text(catalogue.reference(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == catalogue.reference(), "INFRA_TOOL_GOLDEN=write pytest tests/lint"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_every_rule_has_a_place_on_the_page(rule: Rule) -> None:
    assert rule.CODE[0] in catalogue.FAMILIES
    assert f"### {rule.CODE} {rule.NAME}\n" in catalogue.reference()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_the_title_of_a_rule_is_one_sentence(rule: Rule) -> None:
    title = catalogue.title(rule)
    assert title
    assert not title.endswith(".")
    assert "\n\n" in catalogue.documentation(rule), "say why it hurts, and what to do"


@pytest.mark.parametrize("word", ["I002", "mutable-tag"])
def test_a_rule_is_found_by_code_and_name(word: str) -> None:
    assert [rule.CODE for rule in catalogue.find(word)] == ["I002"]


def test_a_beginning_finds_all_that_begin_so() -> None:
    found = catalogue.find("I0")
    assert len(found) > 1
    assert all(rule.CODE.startswith("I0") for rule in found)
    assert catalogue.find("mutable") == ()
