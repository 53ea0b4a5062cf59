"""What may be a secret is not told, in any format; that it changed is."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra_tool import diff
from infra_tool.diff import hidden
from infra_tool.diff.fields import Item, Plain
from infra_tool.edits import MemoryTree

OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAhunterAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
KINDS = {"data": "v1 ConfigMap", "stringData": "v1 Secret", "spec": "helm.toolkit.fluxcd.io/v2 HelmRelease"}


def json_text(found: diff.Difference) -> str:
    return json.dumps([(one.fields, str(one)) for one in found.objects])


FORMATS: dict[str, Callable[[diff.Difference], str]] = {
    "text": lambda found: "\n".join(diff.lines(found)),
    "markdown": diff.markdown,
    "json": json_text,
}


def tree(content: dict[str, Plain]) -> MemoryTree:
    version, kind = KINDS[next(iter(content))].split()
    written = {"apiVersion": version, "kind": kind, "metadata": {"name": "a", "namespace": "a"}, **content}
    files = {"clusters/koala/kustomization.yaml": "resources: [a.yaml]\n", "clusters/koala/a.yaml": json.dumps(written)}
    return MemoryTree({path: text.encode() for path, text in files.items()})


def compared(old: dict[str, Plain], new: dict[str, Plain]) -> diff.Difference:
    return diff.compare(tree(old), tree(new))


def values(content: Plain) -> dict[str, Plain]:
    return {"spec": {"values": content}}


def pod(container: dict[str, Plain]) -> dict[str, Plain]:
    return {"spec": {"containers": [{"name": "x", **container}]}}


CASES: dict[str, Callable[[str], dict[str, Plain]]] = {
    "the body of a private key": lambda text: {"data": {"id": OPENSSH.replace("hunter", text)}},
    "an age key": lambda text: {"data": {"identity": f"AGE-SECRET-KEY-1{text}"}},
    "a token of GitHub": lambda text: {"data": {"a": f"ghp_{text}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}},
    "a key of AWS": lambda text: {"data": {"a": f"AKIA{text.upper()}AAAAAAAA"}},
    "a key in base64": lambda text: {"data": {"a": f"LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt{text}"}},
    "an argument": lambda text: pod({"args": [f"--password={text}"]}),
    "the argument after an option": lambda text: pod({"args": ["--password", text]}),
    "a new option": lambda text: pod({"args": ["--password", text][: 2 if text == "hunter1" else 1]}),
    "an assignment": lambda text: values({"extraEnv": f"PASSWORD={text}"}),
    "a step further up": lambda text: values({"auth": {"password": {"value": text}}}),
    "a list of tokens": lambda text: values({"tokens": [text]}),
    "a number": lambda text: values({"password": int(text[-1]) + 70707}),
    "the line after a name": lambda text: {"data": {"a": f"a: 1\npassword:\n  {text}\nb: 2\n"}},
    "a block below a name": lambda text: {"data": {"a": f"a: 1\npassword: |\n  some\n  {text}\nb: 2\n"}},
    "the second of a list below a name": lambda text: {"data": {"a": f"tokens:\n- some\n- {text}\nb: 2\n"}},
    "the value below a name": lambda text: {"data": {"a": f"- name: TOKEN\n  value: {text}\n- name: b\n"}},
    "the value above a name": lambda text: {"data": {"a": f"- value: {text}\n  name: TOKEN\n- name: b\n"}},
    "the value of a variable": lambda text: pod({"env": [{"name": "DB_PASSWORD", "value": text}]}),
    "a variable that is there twice": lambda text: values([{"name": "TOKEN", "value": text}] * 2),
    "a new variable": lambda text: values([{"name": "TOKEN", "value": text}] if text == "hunter1" else [1, 2]),
    "a name with a password": lambda text: values({"hosts": [{"host": f"https://u:{text}@x", "a": 1}]}),
    "a key with a password": lambda text: values({"hosts": {f"https://u:{text}@x": {"a": 1}}}),
    "a value of a Secret": lambda text: {"stringData": {"a": text}},
    "a list in a Secret": lambda text: {"stringData": {"a": [text]}},
}


@pytest.mark.parametrize("told", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_secret_that_changes_is_told_to_change_and_not_shown(
    case: Callable[[str], dict[str, Plain]], told: Callable[[diff.Difference], str]
) -> None:
    found = told(compared(case("hunter1"), case("hunter2")))
    assert "hunter" not in found.lower()
    assert "7070" not in found
    assert hidden.HIDDEN in found


@pytest.mark.parametrize("told", FORMATS.values(), ids=FORMATS)
def test_a_field_below_a_name_with_a_password_does_not_tell_it(told: Callable[[diff.Difference], str]) -> None:
    old, new = (
        values({"hosts": [{"host": "https://u:hunter8@x", "a": a}], "b": {"https://u:hunter8@x": a}}) for a in (1, 2)
    )
    found = told(compared(old, new))
    assert "spec.values.hosts[(hidden)].a" in found
    assert "hunter8" not in found


SHOWN: dict[str, tuple[Plain, str]] = {
    "an image": ({"image": "ghcr.io/x/token-service:1.2"}, "ghcr.io/x/token-service:1.2"),
    "an address": ({"a": "https://gitea.example.org/tokens"}, "https://gitea.example.org/tokens"),
    "the name of a variable": ([{"name": "DB_PASSWORD", "value": "a"}], "DB_PASSWORD"),
    "a switch": ({"token": {"enabled": True}}, "true"),
    "a certificate": ({"ca": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t"}, "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t"),
    "text": ({"a": "one two\nthree: 4\n"}, "three: 4"),
}


@pytest.mark.parametrize(("value", "said"), SHOWN.values(), ids=SHOWN)
def test_what_is_only_called_so_is_shown(value: Plain, said: str) -> None:
    assert said in "\n".join(diff.lines(compared(values({"a": 0}), values({"a": value}))))


def test_names_in_another_order_are_shown() -> None:
    one, other = ({"name": name, "value": "a"} for name in ("DB_PASSWORD", "B"))
    found = compared(pod({"env": [one, other]}), pod({"env": [other, one]}))
    assert [(field.old, field.is_hidden) for field in found.objects[0].fields] == [(["DB_PASSWORD", "B"], False)]


STEPS = st.sampled_from(["a", "value", "name", "spec", "auth"]) | st.integers(0, 3) | st.just(Item(("name",), ("a",)))
NAMES = st.sampled_from(["password", "dbPassword", "API_KEY", "tokens", "credentials", "x-token"])
WRAPS = st.sampled_from([lambda value: value, lambda value: [1, value], lambda value: {"a": {"b": value}}])


@settings(max_examples=200)
@given(before=st.lists(STEPS), name=NAMES, after=st.lists(STEPS), wrap=WRAPS, whole=st.none() | st.just({"a": [1]}))
def test_what_is_below_a_private_name_is_hidden(
    before: list[str | int | Item],
    name: str,
    after: list[str | int | Item],
    wrap: Callable[[Plain], Plain],
    whole: Plain,
) -> None:
    named = hidden.is_named((*before, name, *after), whole)
    assert "hunter" not in json.dumps(hidden.shown(wrap("hunter"), named=named))
    assert "hunter" not in json.dumps(hidden.shown({name: wrap("hunter")}, named=False))
