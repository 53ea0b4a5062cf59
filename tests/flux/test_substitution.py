"""Flux replaces `${VAR}`; what is not known stays as it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra_tool import yamldoc
from infra_tool.flux import substitution
from infra_tool.kustomize.render.manifest import value_from
from infra_tool.kustomize.render.value import Map, Origin

TEXTS = st.lists(st.sampled_from(["$", "{", "}", "A", "b", ":", "-", "=", "[", "@", "\n", " ", "${A}", "$${"])).map(
    "".join
)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("${A}-${B}", "1-${B}"),
        ("$A $(A)", "$A $(A)"),
        ("$${A}", "${A}"),
        ("${B:-2}${B:=3}${B-4}${B=5}", "2345"),
        ("${A:-2}", "1"),
        ("${EMPTY:-2}|${EMPTY-2}", "2|"),
        ("${A^^}", "${A^^}"),
        ("${A", "${A"),
    ],
)
def test_a_variable_is_replaced(text: str, result: str) -> None:
    assert substitution.replaced(text, {"A": "1", "EMPTY": ""}) == result


def object_of(text: str) -> Map:
    file = yamldoc.parse(text.encode(), "a.yaml")
    assert file.documents[0].root is not None
    found = value_from(file.documents[0].root, Origin("a.yaml", file))
    assert isinstance(found, Map)
    return found


def test_variables_without_a_default_are_named() -> None:
    root = object_of("a: ${A} $${B} ${C:=1} $D\nb: [x, '${E}']\n")
    assert sorted(name for _, name in substitution.bare(root)) == ["A", "E"]


@pytest.mark.parametrize("text", ["${A[@]}", "${A B}", "${A.b}", "${A"])
def test_what_flux_cannot_read_is_named(text: str) -> None:
    assert [found for _, found in substitution.broken(object_of(f"a: x {text}\n"))] == [text]


@pytest.mark.parametrize(
    "text", ["${A}", "${A:0:3}", "${A/b/c}", "${#A}", "${A##*/}", "$${A[@]}", "$(A) ${A^^}", "${A:=[]}"]
)
def test_what_flux_can_read_is_not(text: str) -> None:
    assert list(substitution.broken(object_of(f"a: x {text}\n"))) == []


def test_an_object_may_switch_it_off() -> None:
    root = object_of(f"metadata:\n  annotations:\n    {substitution.SWITCH}: disabled\na: ${{A}} ${{A[@]}}\n")
    substitution.substitute(root, {"A": "1"})
    assert [leaf.text for leaf in substitution.leaves(root)] == ["${A} ${A[@]}", "disabled"]
    assert list(substitution.bare(root)) == list(substitution.broken(root)) == []


@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    assert substitution.replaced(text, {}) == substitution.replaced(text, {"Z": "1"})
    assert substitution.replaced("x" + text.replace("$", ""), {"A": "1"}) == "x" + text.replace("$", "")
