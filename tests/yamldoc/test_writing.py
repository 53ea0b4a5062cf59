"""What is written: every reader takes it as meant."""

import io
import json
import math
import os
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infra_tool import proc, yamldoc
from infra_tool.yamldoc import Dialect, dump, quoted
from infra_tool.yamldoc.check import same

DIALECTS: tuple[Dialect, ...] = ("manifest", "kustomization", "sops")
TEXT = st.one_of(
    st.text(max_size=30),
    st.text("0123456789+-._:eExXoObBaAfFtTzZ~ nyYNu", max_size=9),
    st.text(" \t\r\n'\"\\#:,&*!|>%@`-?[]{}ab\u0085\u00a0\u2028\ufeff\U0001f600", max_size=9),
).filter(lambda text: not any("\ud800" <= character <= "\udfff" for character in text))
DATA = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.dates(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXT, below, max_size=3),
    max_leaves=12,
)


def ruamel(source: str) -> object:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(io.StringIO(source))


def ours(source: str, dialect: Dialect = "manifest") -> object:
    documents = yamldoc.parse(source.encode()).documents
    return yamldoc.resolve(documents[0].root, dialect) if documents else None


@pytest.mark.parametrize(
    "text",
    ["1.10", "1e3", "1234e56", "0o17", "0123", "12345678", "yes", "No", "on", "y", "N", "~", "null", "NULL", "", "true",
     "2024-01-02", "2024-1-2 3:04:05", "12:30", "190:20:30.1", "1_000", "0x1F", "0b1", ".5", "5.", "+1", "-1", ".inf",
     "-.INF", ".NaN", "=", "<<", "0644", "1__2", "-", "---", "...", "- a", "? a", ": a", "a: b", "a:", "#a", "a #b",
     "[a", "{a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "'a", '"a', " a", "a ", "a\u00a0", "?", ",a"],
)  # fmt: skip
def test_what_a_reader_could_take_for_something_else_is_quoted(text: str) -> None:
    assert quoted(text)[0] in {'"', "'"}


@pytest.mark.parametrize(
    "text",
    ["v1", "n8n", "registry.example.com/owner/n8n:v1.2", "a b", "a#b", "a:b", "-a", "--flag", "-1a", "1.2.3", "v1.10",
     "é😀", "it's", 'say "a"', "a\\b", "a, b", "x]y", "1a", "0xg", "sha256:00", "../../apps/n8n", "a=b", "$(A)", "${A}",
     "10m", "e", "e3", "+"],
)  # fmt: skip
def test_what_is_plain_stays_plain(text: str) -> None:
    assert quoted(text) == text


@pytest.mark.parametrize(
    ("text", "style", "source"),
    [
        ("v1", "'", "'v1'"),
        ("v1", '"', '"v1"'),
        ("it's", "'", "'it''s'"),
        ('a"b\\', '"', '"a\\"b\\\\"'),
        ("1.10", None, '"1.10"'),
        ('{"a": 1}', None, "'{\"a\": 1}'"),
        ("\\d: x", None, "'\\d: x'"),
        ("'\": ", None, '"\'\\": "'),
        ("a\nb\r\t", "'", '"a\\nb\\r\\t"'),
        ("\x00\x1b\x7f\x85\u2028\ufeff\uffff", None, '"\\u0000\\u001b\\u007f\\u0085\\u2028\\ufeff\\uffff"'),
        ("é😀", '"', '"é😀"'),
    ],
)
def test_quotes_stay_where_they_can(text: str, style: str | None, source: str) -> None:
    assert quoted(text, style) == source


@settings(max_examples=400, deadline=None)
@given(text=TEXT, style=st.sampled_from([None, "'", '"']))
@example(text="\U0001fffe", style=None)
def test_every_reader_takes_a_quoted_text_as_that_text(text: str, style: str | None) -> None:
    for source in (f"- {quoted(text, style)} # c\n- ''", f"[{quoted(text, style, flow=True)}, '']"):
        assert "\n" not in source.removesuffix("\n- ''")
        assert yaml.load(source, yaml.CSafeLoader) == ruamel(source) == [text, ""]
        assert [ours(source, dialect) for dialect in DIALECTS] == [[text, ""]] * 3
    source = f"{{{quoted(text, style, flow=True)}: {quoted(text, style, flow=True)}}}"
    assert yaml.load(source, yaml.CSafeLoader) == ruamel(source) == ours(source, "kustomization") == {text: text}


@settings(max_examples=300, deadline=None)
@given(value=DATA, indent=st.integers(2, 8))
@example(value={"a": "x\n\n", "b": ["x\ny", ["z\n\n\n"]], "": "\nx\n"}, indent=4)
@example(value=datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=UTC), indent=2)
def test_every_reader_takes_dumped_data_as_that_data(value: yamldoc.Atom, indent: int) -> None:
    source = dump(value, indent=indent)
    assert source.endswith("\n")
    assert same(ours(source, "sops"), value)  # type: ignore[arg-type]
    assert same(yaml.load(source, yaml.CSafeLoader), value)
    assert same(ruamel(source), value)


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ({"a": 1, "b": [], "c": {}, "d": None, "e": True}, "a: 1\nb: []\nc: {}\nd: null\ne: true\n"),
        ({"a": ["x", {"b": 1, "c": [2]}, ["z", "1"]]}, 'a:\n  - x\n  - b: 1\n    c:\n      - 2\n  - - z\n    - "1"\n'),
        ({"yes": "no", "a b": ""}, '"yes": "no"\na b: ""\n'),
        (
            {"a": "x\ny\n", "b": {"c": "x\n\ny"}},
            "a: |\n  x\n  y\nb:\n  c: |-\n    x\n\n    y\n",
        ),
        ({"a": "x\ny\n\n"}, "a: |+\n  x\n  y\n\n"),
        ({"a": " x\ny", "b": "x \ny", "c": "x\r\ny"}, 'a: " x\\ny"\nb: "x \\ny"\nc: "x\\r\\ny"\n'),
        (1.0, "1.0\n"),
        (1e21, "1.0e+21\n"),
        (-math.inf, "-.inf\n"),
        (math.nan, ".nan\n"),
        (date(2024, 1, 2), "2024-01-02\n"),
        ("x", "x\n"),
        ([], "[]\n"),
    ],
)
def test_how_it_looks(value: yamldoc.Atom, source: str) -> None:
    assert dump(value) == source


def test_an_indentation_of_four() -> None:
    assert (
        dump({"a": {"b": [{"c": "x\ny"}]}}, indent=4)
        == "a:\n    b:\n        - c: |-\n              x\n              y\n"
    )


def texts() -> list[str]:
    """Return texts that are hard to write; the same ones in each run."""
    random = Random(1)  # noqa: S311 -- the same in each run is what is wanted
    alphabets = (
        "0123456789+-._:eExXoObBaAfFtTzZ~ nyYNu",
        " \t\r\n'\"\\#:,&*!|>%@`-?[]{}ab\u0085\u00a0\u2028\ufeff\U0001f600",
    )
    found = ["".join(random.choices(some, k=random.randint(1, 8))) for _ in range(400) for some in alphabets]
    return [*found, "", "x\ny\n", "x\n\ny", " x\ny", "x\n y\nz\n\n", "\ue000"]


def for_kustomize() -> list[str]:
    """Leave out U+0085, which kustomize itself loses on its way from reading to printing."""
    return [text for text in texts() if "\x85" not in text]


@pytest.mark.interop
def test_kustomize_reads_what_was_dumped(interop_bin: Path, tmp_path: Path) -> None:
    assert interop_bin
    spec = {
        f"k{number}": {"a": text, "b": [[text, 1.5], [{"yes": True}]]} for number, text in enumerate(for_kustomize())
    }
    example = {"apiVersion": "e.x/v1", "kind": "Example", "metadata": {"name": "x"}, "spec": spec}
    (tmp_path / "example.yaml").write_bytes(dump(example).encode())
    (tmp_path / "kustomization.yaml").write_text("resources: [example.yaml]\n")
    assert ours(proc.run(("kustomize", "build", str(tmp_path))).stdout.decode()) == example


@pytest.mark.interop
def test_kustomize_reads_what_was_dumped_as_its_own_file(interop_bin: Path, tmp_path: Path) -> None:
    assert interop_bin
    annotations = {f"k{number}": text for number, text in enumerate(for_kustomize())}
    own = {"configMapGenerator": [{"name": "x"}], "commonAnnotations": annotations}
    (tmp_path / "kustomization.yaml").write_bytes(dump(own).encode())
    built = yamldoc.parse(proc.run(("kustomize", "build", str(tmp_path))).stdout).documents[0].root
    assert yamldoc.resolve(yamldoc.lookup(built, "metadata", "annotations"), "manifest") == annotations


@pytest.mark.interop
def test_sops_reads_what_was_dumped(interop_bin: Path, tmp_path: Path) -> None:
    assert interop_bin
    data = {f"k{number}": {"text": text, "list": [text]} for number, text in enumerate(texts())}
    key = proc.run(("age-keygen",)).stdout.decode().split()[-1]
    recipient = proc.run(("age-keygen", "-y"), stdin=key.encode()).stdout.decode().strip()
    (tmp_path / "x.yaml").write_bytes(dump(data).encode())
    env = {**os.environ, "SOPS_AGE_KEY": key}
    proc.run(("sops", "encrypt", "--in-place", "--age", recipient, "x.yaml"), cwd=tmp_path, env=env)
    opened = proc.run(("sops", "decrypt", "--output-type", "json", "x.yaml"), cwd=tmp_path, env=env).stdout
    assert json.loads(opened) == data
