"""Which comments are encrypted, and under which path: as sops itself attaches them (see the interop tests)."""

import pytest

from infra_tool import sops, yamldoc
from infra_tool.sops import Entropy, Identities, Rule
from infra_tool.sops.comments import comments
from infra_tool.sops.selectors import Selector

DATA = Selector("encrypted_regex", "^data$")


def found(source: str) -> list[tuple[str, tuple[str, ...], bool]]:
    file = yamldoc.parse(source.encode())
    return [(comment.text.strip(), comment.path, comment.selected) for comment in comments(file, DATA)]


def test_the_path_is_that_of_the_keys_around() -> None:
    source = """\
# top
kind: x # beside kind
data:
  # before A
  A: x # beside A
  # before B
  B:
    # before C
    C: z
    # behind C
  # behind B
# before type
type: z
# end
"""
    assert found(source) == [
        ("top", (), False),
        ("beside kind", (), False),
        ("before A", ("data",), True),
        ("beside A", ("data",), True),
        ("before B", ("data",), True),
        ("before C", ("data", "B"), True),
        ("behind C", ("data", "B"), True),
        ("behind B", ("data",), True),
        ("before type", (), False),
        ("end", (), False),
    ]


def test_beside_a_key_without_a_value_a_comment_is_outside_and_below_it_inside_whatever_its_column() -> None:
    assert found("data: # one\n# two\n  A: x\n") == [("one", (), False), ("two", ("data",), True)]


def test_between_two_entries_a_comment_is_theirs_whatever_its_column() -> None:
    assert found("data:\n  A: x\n # one\n  B: z\n") == [("one", ("data",), True)]


def test_in_the_column_of_what_follows_a_comment_belongs_to_that() -> None:
    assert found("data:\n- a\n# one\ntype: x\n") == [("one", (), False)]


def test_list_items_add_nothing_to_the_path() -> None:
    source = "data:\n- a # one\n# two\n- b: x # three\n  # four\nother: y\n"
    assert found(source) == [
        ("one", ("data",), True),
        ("two", ("data",), True),
        ("three", ("data",), True),
        ("four", ("data",), True),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "data:\n  A: x#y\n",
        "data:\n  A: 'x # y'\n",
        'data:\n  A: "x\n    # y"\n',
        "data:\n  A: |\n    # in the block\n    x # y\n",
        "data:\n  'a # b': x\n",
    ],
)
def test_no_comment(source: str) -> None:
    assert found(source) == []


def test_a_comment_behind_the_bar_of_a_block_goes_with_the_value(
    rule: Rule, entropy: Entropy, keys: Identities
) -> None:
    data = sops.encrypt(b"data:\n  A: | # hunter2\n    x\n  B: z\n", "a.yaml", rule, entropy=entropy)
    assert b"hunter2" not in data
    assert b"hunter2" in sops.decrypt(data, "a.yaml", keys)


def test_metadata_is_no_place_for_comments() -> None:
    assert [path for _, path, selected in found("data:\n  A: x\nsops:\n  # c\n  mac: x\n") if selected] == []


def test_comments_in_every_document() -> None:
    source = "data:\n  A: x # one\n---\n# two\ndata:\n  B: z # three\n# four\n"
    assert [(text, selected) for text, _, selected in found(source)] == [
        ("one", True),
        ("two", False),
        ("three", True),
        ("four", False),
    ]


def test_a_comment_that_does_not_open_stays(rule: Rule, entropy: Entropy, keys: Identities) -> None:
    data = sops.encrypt(b"data:\n  A: x # one\n", "a.yaml", rule, entropy=entropy)
    token = data.partition(b" #")[2].partition(b"\n")[0]
    broken = data.replace(b" #" + token, b" #" + token.replace(b"data:", b"data:AAAA"))
    assert b"#ENC[" in sops.decrypt(broken, "a.yaml", keys)
