"""Flux replaces `${VAR}`; what is not known stays as it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.flux import envsubst, substitution
from infra_tool.kustomize.render import dump
from infra_tool.kustomize.render.manifest import value_from
from infra_tool.kustomize.render.value import Map, Origin

TEXTS = st.lists(st.sampled_from(["$", "{", "}", "A", "b", ":", "-", "=", "[", "@", "\n", " ", "${A}", "$${"])).map(
    "".join
)

PIECES = (
    *("A", "B", "LONG", "#", "##", "%%", ":", ":-", "/", "//", "^^", "*a", "*", "?", "[z-a]", "[\\Z]", "[^", "]", "-"),
    *("\\", "}", "${", "${B:-" * 300, "}" * 300, "9" * 5000, "-1", "b"),
)
INSIDE = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=30).map("".join)
WORDS = "Hello/World.tar.gz Hello/World.tar.gz"


def lookup(name: str) -> str | None:
    """Return what is known: values, or nothing of what may be set elsewhere."""
    return {"A": "1", "EMPTY": "", "UNSET": "", "PAIR": "b: c", "WORD": "Hello/World.tar.gz", "HOST": "Ärger"}.get(name)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("${A}-${B}", "1-${B}"),
        ("$A $(A)", "$A $(A)"),
        ("$${A}", "${A}"),
        ("$$", "$"),
        ("$$$${A}$$${A}", "$${A}$1"),
        ("${UNSET:-2}${UNSET:=3}${UNSET=4}${UNSET:?5}${UNSET:+6}", "23456"),
        ("${A:-2}${A:+2}", "11"),
        ("${EMPTY:-2}|${EMPTY}|${UNSET:-}", "2||"),
        ("${UNSET:-${A}-${UNSET:=x}}", "1-x"),
        ("${UNSET:-${B}}", "${UNSET:-${B}}"),
        ("${A:-${B}}", "1"),
        ("${WORD^^} ${WORD,,} ${WORD,} ${HOST,}", "HELLO/WORLD.TAR.GZ hello/world.tar.gz hello/World.tar.gz ärger"),
        ("${#WORD} ${#HOST}", "18 6"),
        ("${WORD:6} ${WORD:0:5} ${WORD:99} ${WORD:15:9}", "World.tar.gz Hello  .gz"),
        ("${WORD:-3:2} ${WORD:x}", "Hello/World.tar.gz Hello/World.tar.gz"),
        ("${WORD#*l} ${WORD##*l} ${WORD%.*} ${WORD%%.*}", "lo/World.tar.gz d.tar.gz Hello/World.tar Hello/World"),
        ("${WORD#[GH]} ${WORD#?????} ${WORD##*}", "ello/World.tar.gz /World.tar.gz "),
        ("${WORD#nothing} ${WORD#[}", "Hello/World.tar.gz Hello/World.tar.gz"),
        ("${WORD#[z-a]} ${WORD#[\\H]} ${WORD#[^\\H]} ${WORD#[^A-Z]}", "Hello/World.tar.gz ello/World.tar.gz " + WORDS),
        ("${WORD#[-H]} ${WORD#[H-]} ${WORD#[]H]} ${WORD#H\\}", " ".join(["Hello/World.tar.gz"] * 4)),
        ("${WORD#[H&&e]e} ${WORD##**l?*[r]} ${WORD#\\H}", "llo/World.tar.gz .gz ello/World.tar.gz"),
        ("${WORD:0:" + "9" * 19 + "} ${WORD:" + "9" * 5000 + "}", WORDS),
        ("${WORD:" + "0" * 5000 + "6}", "World.tar.gz"),
        ("${WORD/l/L} ${WORD//l/L}", "HeLlo/World.tar.gz HeLLo/WorLd.tar.gz"),
        ("${WORD/\\//-} ${WORD//l/}", "Hello-World.tar.gz Heo/Word.tar.gz"),
        ("${WORD/#He/he} ${WORD/%gz/xz} ${WORD/#x/y}", "hello/World.tar.gz Hello/World.tar.xz Hello/World.tar.gz"),
        ("${A-2}", "${A-2}"),
        ("${A", "${A"),
    ],
)
def test_a_variable_is_replaced(text: str, result: str) -> None:
    assert substitution.replaced(text, lookup) == result


def test_a_pattern_with_many_stars_is_quick() -> None:
    text = f"${{A{{0}}{'*a' * 200}b}}"
    for operator in ("#", "##", "%", "%%"):
        written = text.replace("{0}", operator)
        assert substitution.replaced(written, lambda _: "a" * 20_000) == "a" * 20_000
    assert substitution.replaced(f"${{A##{'*a' * 200}b}}", lambda _: "a" * 20_000 + "bc") == "c"


def test_what_is_nested_deeper_than_anybody_writes_is_not_read() -> None:
    text = "${B:-" * 900 + "}" * 900
    assert substitution.replaced(text, lookup) == text
    assert [found for _, found in substitution.broken(object_of(f"a: '{text}'\n"))] == [text[: 900 * 5 + 1]]
    assert substitution.replaced("${UNSET:-" * 40 + "x" + "}" * 40, lookup) == "x"


def test_what_would_grow_beyond_all_bounds_stays_as_it_is_written() -> None:
    text = "${A//a/" * 40 + "a" + "}" * 40
    assert substitution.replaced(text, lambda _: "a" * 100) == text


def object_of(text: str) -> Map:
    file = yamldoc.parse(text.encode(), "a.yaml")
    assert file.documents[0].root is not None
    found = value_from(file.documents[0].root, Origin("a.yaml", file))
    assert isinstance(found, Map)
    return found


def test_variables_without_a_default_are_named() -> None:
    root = object_of("a: ${A} $${B} ${C:=1} $D\nb: [x, '${E}']\n")
    assert sorted(name for _, name in substitution.bare(root)) == ["A", "E"]


@pytest.mark.parametrize("text", ["${A[@]}", "${A B}", "${A.b}", "${A", "${A-2}", "${}", "${A#}"])
def test_what_flux_cannot_read_is_named(text: str) -> None:
    assert [found for _, found in substitution.broken(object_of(f"a: x {text}\n"))] == [text]


@pytest.mark.parametrize(
    "text", ["${A}", "${A:0:3}", "${A/b/c}", "${#A}", "${A##*/}", "$${A[@]}", "$(A) ${A^^}", "${A:=[]}", "$$", "${A:=}"]
)
def test_what_flux_can_read_is_not(text: str) -> None:
    assert list(substitution.broken(object_of(f"a: x {text}\n"))) == []


def test_an_object_may_switch_it_off() -> None:
    root = object_of(f"metadata:\n  annotations:\n    {substitution.SWITCH}: disabled\na: ${{A}} ${{A[@]}}\n")
    substitution.substitute(root, lookup)
    assert [leaf.text for leaf in substitution.leaves(root)] == ["${A} ${A[@]}", "disabled"]
    assert list(substitution.bare(root)) == list(substitution.broken(root)) == []


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("a: '${A}'", "a: 1\n"),
        ("a: ${A}", "a: 1\n"),
        ("a: 'x: ${A}'", "a: 'x: 1'\n"),
        ("a: v${A}", "a: v1\n"),
        ("a: ${EMPTY}", "a: null\n"),
        ("a: ${UNSET:=true}", "a: true\n"),
        ("a: ${UNSET:=[b, c]}", "a:\n- b\n- c\n"),
        ("a: |\n  one ${A}\n  two\n", "a: |\n  one 1\n  two\n"),
        ("v${A}: x", "v1: x\n"),
        ("a: [{b: '${A}${A}'}]", "a:\n- b: 11\n"),
        ("a: '1$$'", "a: 1$\n"),
        ("a: ${B}", "a: ${B}\n"),
    ],
)
def test_the_text_is_read_again_as_yaml(written: str, result: str) -> None:
    root = object_of(written)
    substitution.substitute(root, lookup)
    assert dump(root) == result
    assert all(leaf.origin.path == "a.yaml" for leaf in substitution.leaves(root))


def test_what_is_no_yaml_afterwards_is_an_error_at_its_place() -> None:
    with pytest.raises(InfraToolError) as caught:
        substitution.substitute(object_of("x: y\na: ${PAIR}\n"), lookup)
    assert (caught.value.path, caught.value.line) == ("a.yaml", 2)


def test_what_an_unknown_value_may_complete_stays_as_it_is() -> None:
    root = object_of("a: ${B}${PAIR}${B}\n")
    substitution.substitute(root, lookup)
    assert dump(root) == "a: ${B}${PAIR}${B}\n"


def test_an_error_after_a_replacement_does_not_say_by_what() -> None:
    with pytest.raises(InfraToolError) as caught:
        substitution.substitute(object_of("a: ${P}\n"), lambda _: "*hunter2")
    assert caught.value.message == "with its variables replaced it is no YAML"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@given(INSIDE)
def test_whatever_follows_the_brace_ends(text: str) -> None:
    values = {"A": "a" * 200, "LONG": "aab" * 500, "B": ""}
    try:
        found = envsubst.replaced("${" + text, values.get)
    except envsubst.BrokenError:
        return
    assert isinstance(found, str)


@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    assert substitution.replaced(text, lambda _: None) == substitution.replaced(text, {"Z": "1"}.get)
    assert substitution.replaced("x" + text.replace("$", ""), lookup) == "x" + text.replace("$", "")
