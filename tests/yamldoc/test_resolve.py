"""What scalars and collections mean to those who read them."""

import json
import math
import os
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import pytest

from infra_tool import proc, yamldoc
from infra_tool.yamldoc import Atom, Content, Dialect, Mapping, ResolveError, Scalar, Sequence, Value, YamlError
from infra_tool.yamldoc.check import same

SCALARS: list[tuple[str, Atom]] = [
    ("n8n:v1", "n8n:v1"),
    ("", None),
    ("~", None),
    ("Null", None),
    ("nUll", "nUll"),
    ("true", True),
    ("TRUE", True),
    ("tRUE", "tRUE"),
    ("False", False),
    ("0", 0),
    ("-0", 0),
    ("+5", 5),
    ("0644", 420),
    ("-017", -15),
    ("0o644", 420),
    ("0O17", 15),
    ("0o8", "0o8"),
    ("08", 8.0),
    ("0x1F", 31),
    ("-0x_1f", -31),
    ("0x", "0x"),
    ("0b11", 3),
    ("0b2", "0b2"),
    ("1_000", 1000),
    ("12345_54321", 1234554321),
    ("_1", "_1"),
    ("1_", 1),
    ("1__0", 10),
    ("18446744073709551615", 2**64 - 1),
    ("18446744073709551616", 2.0**64),
    ("-9223372036854775808", -(2**63)),
    ("-9223372036854775809", -(2.0**63)),
    ("123456789012345678901234", 123456789012345678901234.0),
    ("1.10", 1.1),
    ("1.0", 1.0),
    (".5", 0.5),
    ("5.", 5.0),
    ("-.5", -0.5),
    (".1_0", 0.1),
    (".1__0", ".1__0"),
    ("._1", "._1"),
    ("1._5", 1.5),
    ("1e3", 1000.0),
    ("1E-2", 0.01),
    ("1234e56", 1234e56),
    ("1e", "1e"),
    ("e3", "e3"),
    ("1e400", "1e400"),
    ("0x1p4", "0x1p4"),
    (".", "."),
    ("+", "+"),
    ("-.", "-."),
    ("1:30", "1:30"),
    ("190:20:30", "190:20:30"),
    ("1.2.3", "1.2.3"),
    ("1,000", "1,000"),
    ("=", "="),
    (".inf", math.inf),
    ("-.INF", -math.inf),
    ("+.Inf", math.inf),
    (".NaN", math.nan),
    ("inf", "inf"),
    ("'1'", "1"),
    ('"true"', "true"),
    ("!!str 12", "12"),
    ("!env 12", "12"),
    ("!!int '12'", 12),
    ("!!float 1", 1.0),
    ("!!bool 'true'", True),
    ("!!null ''", None),
    ("!!binary aGVsbG8=", "hello"),
    ('!!binary "aGVs\\nbG8="', "hello"),
    ("!!binary /w==", "\ufffd"),
]
"""What means the same in every dialect."""

DIALECTS: tuple[Dialect, ...] = ("manifest", "kustomization", "sops")


def scalar(source: str) -> Scalar:
    root = yamldoc.parse(f"- {source}\n".encode()).documents[0].root
    assert isinstance(root, Sequence)
    assert isinstance(root.items[0], Scalar)
    return root.items[0]


@pytest.mark.parametrize(("source", "value"), SCALARS)
def test_scalars_that_mean_the_same_in_every_dialect(source: str, value: Atom) -> None:
    for dialect in DIALECTS:
        assert same(yamldoc.resolve_scalar(scalar(source), dialect), value), dialect


@pytest.mark.parametrize("word", ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"])
@pytest.mark.parametrize("no", [False, True])
def test_booleans_of_yaml_1_1_are_those_of_kustomization_files_alone(word: str, *, no: bool) -> None:
    if no:
        word = {"y": "n", "Y": "N", "yes": "no", "Yes": "No", "YES": "NO", "on": "off", "On": "Off", "ON": "OFF"}[word]
    found = [yamldoc.resolve_scalar(scalar(word), dialect) for dialect in DIALECTS]
    assert found == [word, not no, word]
    assert yamldoc.resolve_scalar(scalar("yEs"), "kustomization") == "yEs"


@pytest.mark.parametrize(
    ("source", "manifest", "sops"),
    [
        ("2024-01-02", "2024-01-02T00:00:00Z", date(2024, 1, 2)),
        ("2024-1-2", "2024-01-02T00:00:00Z", date(2024, 1, 2)),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02t03:04:05Z", "2024-01-02T03:04:05Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02 03:04:05", "2024-01-02T03:04:05Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (
            "2024-01-02T03:04:05.123456789Z",
            "2024-01-02T03:04:05.123456789Z",
            datetime(2024, 1, 2, 3, 4, 5, 123456, tzinfo=UTC),
        ),
        (
            "2024-01-02T03:04:05.10-02:30",
            "2024-01-02T03:04:05.1-02:30",
            datetime(2024, 1, 2, 3, 4, 5, 100000, tzinfo=timezone(-timedelta(hours=2, minutes=30))),
        ),
        ("!!timestamp '2024-01-02'", "2024-01-02T00:00:00Z", date(2024, 1, 2)),
    ],
)
def test_times(source: str, manifest: str, sops: date) -> None:
    node = scalar(source)
    assert [yamldoc.resolve_scalar(node, dialect) for dialect in DIALECTS] == [manifest, node.value, sops]


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "2024-13-01", "24-01-02", "2024-01-02T03:04:05", "2024-01-02 03:04:05Z", "2024-01-02T24:00:00Z",
     "2024-01-02T03:04Z", "2024-01-02T03:04:05+1:00"],
)  # fmt: skip
def test_what_looks_like_a_time_and_is_text(text: str) -> None:
    assert {yamldoc.resolve_scalar(scalar(text), dialect) for dialect in DIALECTS} == {text}


def test_a_lone_exclamation_mark_makes_a_text_in_kustomization_files_alone() -> None:
    assert [yamldoc.resolve_scalar(scalar("! 12"), dialect) for dialect in DIALECTS] == [12, "12", 12]
    assert {yamldoc.resolve_scalar(scalar("! '12'"), dialect) for dialect in DIALECTS} == {"12"}


@pytest.mark.parametrize(
    ("source", "text"),
    [("!!int x", "x"), ("!!binary '*'", "*"), ("!!binary aGVs bG8=", "aGVs bG8="), ("!!float true", True)],
)
def test_what_does_not_fit_its_tag_is_read_without_it(source: str, text: Atom) -> None:
    assert {yamldoc.resolve_scalar(scalar(source), dialect) for dialect in DIALECTS} == {text}


def resolved(source: str, dialect: Dialect) -> Value:
    return yamldoc.resolve(yamldoc.parse(source.encode()).documents[0].root, dialect)


def test_merge_keys_give_what_is_not_there() -> None:
    source = "a: &a {x: 1, w: 1}\nb: &b {w: 2, z: 2}\nc:\n  w: 3\n  <<: [*a, *b]\n  '<<': text\n"
    for dialect in ("manifest", "kustomization"):
        data = resolved(source, dialect)
        assert isinstance(data, dict)
        assert data["c"] == {"w": 3, "x": 1, "z": 2, "<<": "text"}
    with pytest.raises(ResolveError, match="sops does not expand the merge key") as caught:
        resolved(source, "sops")
    assert isinstance(caught.value.node, Scalar)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a: &a 1\nb:\n  <<: *a\n", "the merge key << needs a mapping"),
        ("<<: [1]\n", "the merge key << needs a mapping"),
        ("? [a]\n: 1\n", "a list or mapping cannot be a key"),
        ("a: &a [x]\n*a : 1\n", "a list or mapping cannot be a key"),
    ],
)
def test_what_has_no_meaning(source: str, reason: str) -> None:
    with pytest.raises(ResolveError, match=reason) as caught:
        resolved(source, "manifest")
    assert caught.value.exit_code == 3


def test_keys() -> None:
    source = "1: a\ntrue: b\nyes: c\n1.5: d\n~: e\n0x10: f\n"
    assert list(resolved(source, "manifest") or ()) == ["1", "true", "yes", "1.5", "~", "0x10"]
    assert list(resolved(source, "sops") or ()) == ["1", "true", "yes", "1.5", "~", "0x10"]
    assert list(resolved(source.replace("yes", "no"), "kustomization") or ()) == [
        "1",
        "true",
        "false",
        "1.5",
        "~",
        "16",
    ]
    assert resolved("a: 1\n'a': 2\n", "manifest") == {"a": 2}


def test_an_empty_document_is_null() -> None:
    assert yamldoc.resolve(None, "manifest") is None
    assert resolved("---\n", "sops") is None


WORDS = (
    "yes",
    "Y",
    "on",
    "no",
    "n",
    "OFF",
    "yEs",
    "0_8",
    "2024-02-30",
    "2024-01-02 03:04:05",
    "2024-01-02T03:04:05.10Z",
)


def at_random() -> list[str]:
    """Return texts that are, or nearly are, a number or a time; the same ones in each run."""
    random = Random(1)  # noqa: S311 -- the same in each run is what is wanted
    found = {
        "".join(random.choices("0123456789" * 3 + "+-._:eExXoObBaAfFtTzZ~nyYNu", k=length))
        for length in range(1, 8)
        for _ in range(300)
    }
    found |= {f".{''.join(random.choices('01_e.+', k=length))}" for length in range(1, 6) for _ in range(20)}
    return sorted(text for text in found if is_plain(text))


def is_plain(text: str) -> bool:
    try:
        root = yamldoc.parse(f"- {text}\n".encode()).documents[0].root
    except YamlError:
        return False
    item = yamldoc.lookup(root, 0)
    return isinstance(item, Scalar) and item.value == text and item.style is None and item.tag is None


def numbered(sources: Iterable[str], indent: str = "") -> str:
    return "".join(f"{indent}k{number}: {source}\n" for number, source in enumerate(sources))


def shown(value: Atom) -> str:
    """Tell a number from a text; Go writes 1.0 as 1, and has no negative zero in JSON."""
    if isinstance(value, datetime | date):
        return "a time"
    return repr(float(value) + 0) if isinstance(value, (int, float)) and not isinstance(value, bool) else repr(value)


def printed(node: Content) -> str:
    """Return what kustomize means by a scalar that it printed: only texts that could be something else have quotes."""
    assert isinstance(node, Scalar)
    try:
        value = json.loads(node.value) if node.style is None else node.value
    except ValueError:
        value = node.value
    return shown(value if value not in {math.inf, -math.inf} else node.value)


def differences(sources: list[str], dialect: Dialect, theirs: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Return the sources that a program reads otherwise than we do, with our reading and its own."""
    assert len(theirs) == len(sources)
    ours = {source: shown(yamldoc.resolve_scalar(scalar(source), dialect)) for source in sources}
    both = {source: (ours[source], theirs[f"k{number}"]) for number, source in enumerate(sources)}
    return {source: (one, other) for source, (one, other) in both.items() if one != other}


def is_endless(source: str) -> bool:
    """Say whether a source is infinite or no number, which JSON cannot hold."""
    value = yamldoc.resolve_scalar(scalar(source), "manifest")
    return isinstance(value, float) and not math.isfinite(value)


ASKED = [source for source in (*(source for source, _ in SCALARS), *WORDS, *at_random()) if not is_endless(source)]


@pytest.mark.interop
def test_kustomize_reads_manifests_so(interop_bin: Path, tmp_path: Path) -> None:
    assert interop_bin
    manifest = f"apiVersion: e.x/v1\nkind: Example\nmetadata:\n  name: x\nspec:\n{numbered(ASKED, '  ')}"
    (tmp_path / "example.yaml").write_text(manifest)
    (tmp_path / "kustomization.yaml").write_text("resources: [example.yaml]\n")
    built = yamldoc.parse(proc.run(("kustomize", "build", str(tmp_path))).stdout)
    spec = yamldoc.lookup(built.documents[0].root, "spec")
    assert isinstance(spec, Mapping)
    assert differences(ASKED, "manifest", {key.value: printed(value) for key, value in spec.pairs()}) == {}


@pytest.mark.interop
@pytest.mark.parametrize("source", [source for source in ASKED[: len(SCALARS)] if "!" not in source] + list(WORDS))
def test_kustomize_reads_its_own_file_so(source: str, interop_bin: Path, tmp_path: Path) -> None:
    """It tells what it read where only a text is allowed."""
    assert interop_bin
    (tmp_path / "kustomization.yaml").write_text(
        f"configMapGenerator: [{{name: x}}]\ncommonAnnotations:\n  key: {source}\n"
    )
    done = proc.run(("kustomize", "build", str(tmp_path)), ok=None)
    value = yamldoc.resolve_scalar(scalar(source), "kustomization")
    said = re.search(r"cannot unmarshal (\w+) into", done.stderr.decode())
    if said:
        assert said[1] == (
            "bool" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "text"
        )
    else:
        root = yamldoc.parse(done.stdout).documents[0].root
        assert yamldoc.text(root, "metadata", "annotations", "key") == ("" if value is None else value)


@pytest.mark.interop
def test_sops_reads_so(interop_bin: Path, tmp_path: Path) -> None:
    assert interop_bin
    sources = [source for source in ASKED if source != str(2**64 - 1)]
    (tmp_path / "x.yaml").write_text(numbered(sources))
    key = proc.run(("age-keygen",)).stdout.decode().split()[-1]
    recipient = proc.run(("age-keygen", "-y"), stdin=key.encode()).stdout.decode().strip()
    env = {**os.environ, "SOPS_AGE_KEY": key}
    proc.run(("sops", "encrypt", "--in-place", "--age", recipient, "x.yaml"), cwd=tmp_path, env=env)
    sealed = yamldoc.parse((tmp_path / "x.yaml").read_bytes()).documents[0].root
    opened = json.loads(proc.run(("sops", "decrypt", "--output-type", "json", "x.yaml"), cwd=tmp_path, env=env).stdout)
    times = {name for name in opened if (yamldoc.text(sealed, name) or "").endswith("type:time]")}
    theirs = {name: "a time" if name in times else shown(value) for name, value in opened.items()}
    assert differences(sources, "sops", theirs) == {}
