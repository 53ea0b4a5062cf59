"""Files at random, both ways: what either of the two programs encrypts, the other opens, checks and works on with."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool import proc, sops, yamldoc
from infra_tool.edits import MemoryTree
from infra_tool.sops import Entropy, Identities, Rule
from infra_tool.yamldoc import Value

pytestmark = [pytest.mark.interop, pytest.mark.slow]

PATH = "a.yaml"
LAURA, NINA = sops.generate_identity(), sops.generate_identity()
KEPT = "kept_secret"
"""A key that every selector chooses, below `data`."""

SELECTORS = (
    "encrypted_regex: ^(data|stringData)$",
    "encrypted_regex: _secret$",
    "unencrypted_regex: ^(clear|meta)$",
    "encrypted_suffix: _secret",
    "unencrypted_suffix: _clear",
)
BY_COMMENT = ("encrypted_comment_regex: sops:enc", "unencrypted_comment_regex: sops:clear")

Tree = str | list["Tree"] | dict[str, "Tree"]

NUMBERS = "0755 0o17 0x1F 0b11 1_000 -0 +12 9223372036854775807 1e3 1.10 .5 -.5e-7 1e21 1e400 .inf -.INF .nan 1:30"
WORDS = "x true False yes off n ~ null = <<x a:b 2024-01-02 2001-12-14t21:59:43.10-05:00"
PLAIN = st.sampled_from([*NUMBERS.split(" "), *WORDS.split(" "), "", "a b", "2024-01-02 03:04:05"])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=12)
QUOTED = st.builds(yamldoc.quoted, TEXT, st.sampled_from((None, "'", '"')))
BLOCK = st.lists(st.text("ab #:-", max_size=6), min_size=2, max_size=3).map("\n".join).filter(yamldoc.is_block)
KEY = st.sampled_from(("data", "stringData", "clear", "meta", "a:b", "on", "1", "é", "user_clear", "token_secret")) | (
    st.from_regex(r"[a-z_][a-z0-9_.-]{0,6}", fullmatch=True)
)
TREE: st.SearchStrategy[Tree] = st.recursive(
    PLAIN | QUOTED | BLOCK.map(lambda text: f"|{text}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=8,
)
COMMENT = st.none() | st.sampled_from((" note", "note", " é # x"))


@st.composite
def sources(draw: st.DrawFn, *, listed: bool = False) -> str:
    """Return the text of a file with one or two documents, with comments above and behind its entries.

    `listed`: in lists too, where sops 3.13.2 cannot open what it encrypts itself (getsops/sops#2243).
    """
    indent = draw(st.sampled_from((2, 4)))
    documents = draw(st.lists(st.dictionaries(KEY, TREE, max_size=3), min_size=1, max_size=2))
    texts = []
    for tree in documents:
        tree.pop("data", None)
        tree["data"] = {KEPT: "value", **draw(st.dictionaries(KEY, TREE, max_size=3))}
        texts.append("".join(f"{line}\n" for line in _lines(draw, tree, "", indent, listed=listed)))
    return "---\n".join(texts)


def _lines(draw: st.DrawFn, tree: Tree, prefix: str, indent: int, *, listed: bool) -> Iterator[str]:
    """Yield the lines of a mapping or list in block style."""
    comment = COMMENT if listed or isinstance(tree, dict) else st.none()
    for name, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        if (above := draw(comment)) is not None:
            yield f"{prefix}#{above}"
        head = f"{prefix}{yamldoc.quoted(name)}:" if isinstance(name, str) else f"{prefix}-"
        if isinstance(value, str) and value.startswith("|"):
            yield f"{head} {yamldoc.literal(value[1:], prefix + ' ' * indent)}"
        elif isinstance(value, str):
            behind = draw(comment)
            yield f"{head} {value}".rstrip() + (f" #{behind}" if behind is not None else "")
        elif value:
            yield head
            yield from _lines(draw, value, prefix + " " * indent, indent, listed=listed)
        else:
            yield f"{head} {value}"


class Place:
    """A directory in which the real sops works with the keys of one person at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def rule(self, selector: str, *, only: bool) -> Rule:
        """Write a `.sops.yaml` and return its rule."""
        keys = f"{LAURA.recipient},{NINA.recipient}"
        config = f"creation_rules:\n- {selector}\n  mac_only_encrypted: {str(only).lower()}\n  age: {keys}\n".encode()
        (self.root / ".sops.yaml").write_bytes(config)
        rules = sops.load_rules(MemoryTree({".sops.yaml": config}))
        assert rules is not None
        return rules.require(PATH)

    def sops(self, *arguments: str, data: bytes = b"") -> bytes:
        env = {**os.environ, "SOPS_AGE_KEY": LAURA.secret.reveal()}
        return proc.run(("sops", *arguments), cwd=self.root, env=env, stdin=data).stdout

    def encrypt(self, source: str) -> bytes:
        return self.sops("encrypt", "--filename-override", PATH, data=source.encode())

    def decrypt(self, data: bytes) -> bytes:
        return self.sops("decrypt", "--filename-override", PATH, data=data)

    def worked_on(self, data: bytes) -> bytes:
        """Return a file after sops has set a value, made a new data key, and wrapped it anew."""
        (self.root / PATH).write_bytes(data)
        self.sops("set", PATH, f'["data"]["{KEPT}"]', '"new"')
        self.sops("rotate", "-i", PATH)
        self.sops("updatekeys", "-y", PATH)
        return (self.root / PATH).read_bytes()


@pytest.fixture
def place(tmp_path: Path, interop_bin: Path) -> Place:
    assert interop_bin
    return Place(tmp_path)


def model(data: bytes) -> list[str]:
    """Return what the documents hold, with types; as text, since NaN equals nothing."""
    return [repr(_value(yamldoc.resolve(document.root, "sops"))) for document in yamldoc.parse(data).documents]


def _value(value: Value) -> Value:
    """Return a value without the point that we write in a whole float, and sops does not."""
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_value(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def corpus(examples: int) -> settings:
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=checks)


@corpus(60)
@given(source=sources(), selector=st.sampled_from(SELECTORS), only=st.booleans())
def test_sops_works_on_with_what_we_write(source: str, selector: str, place: Place, *, only: bool) -> None:
    ours = sops.encrypt(source.encode(), PATH, place.rule(selector, only=only), accept_types=True)
    opened = place.decrypt(ours)
    assert model(opened) == model(place.decrypt(place.encrypt(source)))
    again = sops.decrypt(place.worked_on(ours), PATH, Identities((NINA.secret,)))
    assert model(again) == model(opened.replace(b"kept_secret: value", b"kept_secret: new", 1))


@corpus(30)
@given(source=sources(listed=True), selector=st.sampled_from(SELECTORS), only=st.booleans())
def test_comments_anywhere(source: str, selector: str, place: Place, *, only: bool) -> None:
    rule = place.rule(selector, only=only)
    opened = place.decrypt(sops.encrypt(source.encode(), PATH, rule, accept_types=True))
    assert b"ENC[" not in opened
    plain = sops.decrypt(place.encrypt(source), PATH, Identities((LAURA.secret,)))
    assert b"ENC[" not in plain
    assert model(plain) == model(opened)


@corpus(60)
@given(source=sources(), selector=st.sampled_from(SELECTORS), only=st.booleans())
def test_we_work_on_with_what_sops_writes(source: str, selector: str, place: Place, *, only: bool) -> None:
    place.rule(selector, only=only)
    theirs = place.encrypt(source)
    opened = sops.open_file(theirs, PATH, Identities((NINA.secret,)))
    plain = sops.plain_content(opened)
    assert model(plain) == model(place.decrypt(theirs))
    assert sops.inspect(opened.file) == []
    assert sops.update(opened, yamldoc.parse(plain, PATH), Entropy()) == theirs
    changed = yamldoc.parse(plain.replace(b"kept_secret: value", b"kept_secret: new", 1), PATH)
    assert model(place.decrypt(sops.update(opened, changed, Entropy()))) == model(changed.data)


@corpus(15)
@given(source=sources(), selector=st.sampled_from(BY_COMMENT), only=st.booleans())
def test_what_comments_choose_is_left_to_sops(source: str, selector: str, place: Place, *, only: bool) -> None:
    rule = place.rule(selector, only=only)
    source = re.sub(r"(?m)^( +)kept_secret: value.*", r"\1# sops:enc\n\1kept_secret: value", source)
    config = (place.root / ".sops.yaml").read_bytes()
    data = sops.encrypt(source.encode(), PATH, rule, config=config, root=place.root, accept_types=True)
    assert sops.encrypt(data, PATH, rule, config=config, root=place.root) == data
    assert sops.inspect(yamldoc.parse(data, PATH)) == []
    assert b"  kept_secret: ENC[" in data
    assert b"ENC[" not in place.decrypt(data)
