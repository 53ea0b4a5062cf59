"""What rules propose as fixes: applied to an example, the finding is gone and nothing new is there."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from infra_tool.edits import MemoryTree, Tree
from infra_tool.errors import InfraToolError
from infra_tool.finding import Finding
from infra_tool.lint import fixing
from infra_tool.lint.fixing import Fixed
from infra_tool.lint.report import Report, Summary, counted
from infra_tool.splice import Span, Splice

DATA = Path(__file__).parent.parent / "data/rules"
SAFE = {
    *("I011/bad-number", "K004/bad-number-in-env.yaml", "K004/bad-quoted-replicas.yaml", "T004/bad-component"),
    *("T004/bad-same-file", "T008/bad-boolean", "T008/bad-field", "T008/bad-nested-field", "T009/bad-api-version"),
    *("T010/bad-bases", "T014/bad-dot", "T014/bad-slash", "T014/bad-key-of-a-generator"),
    *("I009/bad-by-entry", "I009/bad-digest-always.yaml", "I009/bad-moving-once.yaml", "I009/bad-no-tag.yaml"),
    *("Y004/bad-mark.yaml", "Y004/bad-one-return.yaml", "Y004/bad-returns.yaml", "Y004/bad-script"),
    *("Y006/bad-at-the-end.yaml", "Y006/bad-between.yaml", "Y006/bad-two-starts.yaml"),
}
UNSAFE = {
    *("T005/bad-beside-a-nested-kustomization", "T005/bad-not-listed", "T006/bad-not-listed"),
    *("Y005/bad-exponent.yaml", "Y005/bad-tag.yaml"),
}
OWN = ("T", "K", "Y")
"""The rules that look at what a fix touches; others may see for the first time what can be built at last."""
EXAMPLES = sorted(path for path in DATA.glob("*/bad-*") if path.suffix != ".out")
Files = Callable[[Path], Mapping[str, bytes]]
Judged = Callable[..., Report]


def contents(tree: Tree) -> Mapping[str, bytes]:
    return tree.read_many(tree.entries)


@pytest.fixture
def fixed(judged: Judged) -> Callable[..., Fixed]:
    """Return the fixes of what some rules, or all, find in files."""

    def fix(files: Mapping[str, bytes], *codes: str, unsafe: bool = False) -> Fixed:
        return fixing.fixed(MemoryTree(files), lambda tree: judged(contents(tree), *codes), unsafe=unsafe)

    return fix


def written(files: Mapping[str, bytes], made: Fixed) -> Mapping[str, bytes]:
    return {**files, **{path: file.data for path, file in made.edits.files.items() if file is not None}}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fix_makes_the_example_fine(
    example: Path, judged: Judged, fixed: Callable[..., Fixed], example_files: Files
) -> None:
    code, name, files = example.parent.name, f"{example.parent.name}/{example.name}", example_files(example)
    safe, both = (fixed(files, code, unsafe=unsafe) for unsafe in (False, True))
    assert (bool(safe.edits), bool(both.edits)) == (name in SAFE, name in SAFE | UNSAFE)
    before = judged(files, code, *OWN).findings
    after = judged(written(files, both), code, *OWN).findings
    assert sum(finding.code == code for finding in after) == sum(one.code == code for one in before) - both.findings
    if name in SAFE:
        others = [{(one.code, one.message) for one in found if one.code != code} for found in (before, after)]
        assert others[1] <= others[0]
    assert not fixed(written(files, both), code, unsafe=True).edits


ROOT = "clusters/koala/kustomization.yaml"


def cluster(text: str, **files: str) -> dict[str, bytes]:
    """Return the files of a cluster whose kustomization file has a text."""
    return {ROOT: text.encode(), **{f"clusters/koala/{name}.yaml": body.encode() for name, body in files.items()}}


def config_map(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: default}}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "configMapGenerator:\n- name: x\n  files: [b.yaml=./a.yaml, './a.yaml']  # both\n",
            "configMapGenerator:\n- name: x\n  files: [b.yaml=a.yaml, 'a.yaml']  # both\n",
        ),
        (
            "resources: # all\n  - a.yaml # first\r\n  # why\n  - ./a.yaml # twice\n",
            "resources: # all\n  - a.yaml # first\r\n  # why\n",
        ),
        ("resources: [a.yaml, a.yaml]\n", "resources: [a.yaml]\n"),
        ("resource:\n- a.yaml\nNamespace: on", 'resources:\n- a.yaml\nNamespace: "on"'),
        ("bases: [./b]\nresources: [a.yaml]\n", "bases: [b]\nresources: [a.yaml]\n"),
        ("resources: [a.yaml]\nresource: [a.yaml]\n", None),
        ("resources: [a.yaml]\nzzz: 1\n", None),
        (
            "apiVersion: apps/v1\nresources: [a.yaml]\n",
            "apiVersion: kustomize.config.k8s.io/v1beta1\nresources: [a.yaml]\n",
        ),
        ("kind: Kustomisation\nresources: [a.yaml]\n", None),
        ("resources: &x [a.yaml, a.yaml]\ncomponents: *x\n", None),
    ],
    ids=lambda text: "" if text is None else text.splitlines()[0],
)
def test_a_fix_changes_what_it_must_alone(before: str, after: str | None, fixed: Callable[..., Fixed]) -> None:
    files = cluster(before, a=config_map("a")) | {
        "clusters/koala/b/kustomization.yaml": b"resources: [c.yaml]\n",
        "clusters/koala/b/c.yaml": config_map("c").encode(),
    }
    found = written(files, fixed(files, "T", unsafe=False))
    assert found[ROOT].decode() == (before if after is None else after)


POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: a, namespace: default, labels: {{n: {label}}}}}
spec:
  hostNetwork: {flag}
  terminationGracePeriodSeconds: {number}
  containers: [{{name: a, image: "a:1.0.0"}}]
"""


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"label": "1"}, {"label": '"1"'}),
        ({"label": "1.10"}, {"label": '"1.10"'}),
        ({"label": "true"}, {"label": '"true"'}),
        ({"label": "yes"}, {}),
        ({"flag": '"true"'}, {"flag": "true"}),
        ({"flag": "'yes'"}, {}),
        ({"number": "'30'"}, {"number": "30"}),
        ({"number": "'3 0'"}, {}),
        ({"number": "1.5"}, {}),
        ({"label": "1", "number": "'30'"}, {"label": '"1"', "number": "30"}),
    ],
    ids=str,
)
def test_quotes_are_put_where_the_type_wants_them(
    given: Mapping[str, str], wanted: Mapping[str, str], fixed: Callable[..., Fixed]
) -> None:
    plain = {"label": "a", "flag": "false", "number": "30"} | given
    files = cluster("resources: [a.yaml]\n", a=POD.format(**plain))
    found = written(files, fixed(files, "K004"))
    assert found["clusters/koala/a.yaml"].decode() == POD.format(**(plain | wanted))


def test_what_nothing_refers_to_is_listed_in_its_place(fixed: Callable[..., Fixed]) -> None:
    files = cluster("resources:\n  - a.yaml\n  - d.yaml # last\n", **{name: config_map(name) for name in "abcd"})
    assert not fixed(files, "T005").edits
    made = fixed(files, "T005", unsafe=True)
    assert written(files, made)[ROOT].decode() == "resources:\n  - a.yaml\n  - b.yaml\n  - c.yaml\n  - d.yaml # last\n"
    assert made.findings == 2


def test_a_patch_is_not_listed(fixed: Callable[..., Fixed]) -> None:
    files = cluster("resources:\n  - a.yaml\n", a=config_map("a"), patch=config_map("a"))
    assert not fixed(files, "T005", unsafe=True).edits


@pytest.mark.parametrize(
    "more",
    [
        {"clusters/zoo/kustomization.yaml": b"resources: []\n"},
        {".infra-tool.yaml": b"version: 1\nlayout: isolated\n"},
    ],
    ids=["two clusters", "isolated"],
)
def test_a_service_is_not_registered_where_it_is_not_clear_how(
    more: Mapping[str, bytes], fixed: Callable[..., Fixed]
) -> None:
    files = cluster("resources:\n  - a.yaml\n", a=config_map("a")) | {
        "apps/web/kustomization.yaml": b"resources: [b.yaml]\n",
        "apps/web/b.yaml": config_map("b").encode(),
    }
    assert fixed(files, "T006", unsafe=True).edits
    assert not fixed({**files, **more}, "T006", unsafe=True).edits


def report(*findings: Finding) -> Report:
    return counted(findings, Summary(0, 0, 0, 1, 1, ()))


def proposing(path: str, *fixes: Splice, code: str = "T014") -> Finding:
    return Finding(path, 1, 1, code, "x", fix=fixes, safe=True)


def once(*findings: Finding) -> Callable[[Tree], Report]:
    """Return a judge that finds something the first time alone."""
    left = [report(*findings)]
    return lambda _tree: left.pop() if left else report()


def made(data: bytes, *findings: Finding, path: str = "a.yaml") -> bytes:
    tree = MemoryTree({path: data})
    return written(contents(tree), fixing.fixed(tree, once(*findings), unsafe=False))[path]


def test_of_two_that_overlap_the_first_counts() -> None:
    first, second = Splice(Span(0, 2), b"x"), Splice(Span(1, 3), b"y")
    assert made(b"abcd", proposing("a.yaml", first), proposing("a.yaml", second)) == b"xcd"
    assert made(b"abcd", proposing("a.yaml", first), proposing("a.yaml", Splice(Span(2, 3), b"y"))) == b"xyd"


def test_two_insertions_at_one_place_take_two_rounds() -> None:
    one, other = (proposing("a.yaml", Splice(Span(1, 1), text)) for text in (b"x", b"y"))
    assert made(b"ab", one, other) == b"axb"


def test_a_fix_is_made_whole_or_not_at_all() -> None:
    first = proposing("a.yaml", Splice(Span(0, 1), b"x"))
    both = proposing("a.yaml", Splice(Span(0, 1), b"y"), Splice(Span(3, 4), b"y"))
    assert made(b"abcd", first, both) == b"xbcd"


def test_ciphertext_stays() -> None:
    sealed = b"data: {a: ENC[AES256_GCM,data:x]}\nsops: {}\n"
    assert made(sealed, proposing("a.yaml", Splice(Span(0, 4), b"x"))) == sealed


def test_what_would_break_the_file_is_not_done() -> None:
    assert made(b"a: b\n", proposing("a.yaml", Splice(Span(3, 4), b"]"))) == b"a: b\n"


def test_a_fix_that_mends_nothing_ends() -> None:
    tree = MemoryTree({"a.yaml": b"a"})
    stubborn = report(proposing("a.yaml", Splice(Span(0, 0), b"x")))
    found = fixing.fixed(tree, lambda _tree: stubborn, unsafe=False)
    assert written(contents(tree), found)["a.yaml"] == b"x" * fixing.ROUNDS + b"a"


def test_nothing_is_fixed_when_a_rule_fails() -> None:
    with pytest.raises(InfraToolError, match="a rule failed"):
        made(b"a", proposing("a.yaml", Splice(Span(0, 0), b"x"), code="X001"))
