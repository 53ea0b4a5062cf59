"""Ten thousand broken files: each is read, or refused with its place; nothing else happens, and no value is quoted."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra_tool import sops, yamldoc
from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.sops import Entropy, Identities, Rule

DATA = Path(__file__).parent.parent / "data/sops"
FILES = 10_000
CHUNK = 500
PATH = "a.enc.yaml"
PIECES = (
    *(
        b"&a ",
        b"*a",
        b"<<: *a\n",
        b"---\n",
        b"...\n",
        b"!!binary ",
        b"? ",
        b"- ",
        b": ",
        b"#",
        b"|\n",
        b">",
        b"{",
        b"]",
    ),
    *(b"'", b'"', b"\t", b"\r\n", b"\0", b"\xff", "\u2028".encode(), "\ufeff".encode(), b"%YAML 1.1\n", b"ENC[", b"]"),
    *(b"sops: 1\n", b"sops:\n", b"sops: []\n", b"0755", b"2024-13-45", b"1" * 400, b"1e999", b"=", b"~", b"\n\n"),
    *(
        b"type:int",
        b"type:bool",
        b"type:time",
        b"type:bytes",
        b"type:comment",
        b"data:",
        b"iv:",
        b"mac:",
        b"0001-01-01",
    ),
)


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Return a file with up to three things cut out, repeated, overwritten or put in."""
    for _ in range(dice.randint(1, 3)):
        start = dice.randrange(len(data) + 1)
        end = min(len(data), start + dice.choice((0, 1, 2, 8, 40, 200)))
        elsewhere = dice.randrange(len(data) + 1)
        piece = dice.choice((dice.choice(PIECES), data[elsewhere : elsewhere + dice.randint(0, 80)], b""))
        if dice.random() < 0.2:
            lines = data.splitlines(keepends=True)
            dice.shuffle(lines)
            data = b"".join(lines)
        data = data[:start] + piece + data[end:]
    return data


def work(data: bytes, rule: Rule, keys: Identities) -> Iterator[Callable[[], object]]:
    """Yield what the commands do with a file."""
    yield lambda: sops.encrypt(data, PATH, rule, keys=lambda: keys)
    yield lambda: sops.fingerprint(yamldoc.parse(data, PATH))
    yield lambda: list(sops.sizes(sops.parse(data, PATH)[0]))
    yield lambda: sops.inspect(yamldoc.parse(data, PATH))
    yield lambda: sops.decrypt(data, PATH, keys)
    yield lambda: _again(data, keys)


def _again(data: bytes, keys: Identities) -> None:
    opened = sops.open_file(data, PATH, keys)
    plain = yamldoc.parse(sops.plain_content(opened), PATH)
    sops.update(opened, plain, Entropy())
    sops.reseal(opened, data, Entropy())
    sops.add_recipient(opened, sops.generate_identity().recipient, Entropy())


@pytest.fixture(scope="module")
def bases() -> list[bytes]:
    found = [path.read_bytes() for path in sorted(DATA.glob("*.enc.yaml")) + sorted(DATA.glob("*.plain.yaml"))]
    assert len(found) >= 8
    return found


@pytest.fixture(scope="module")
def example_keys() -> Identities:
    return sops.from_file(DATA / "example-key.txt")


@pytest.fixture(scope="module")
def example_rule() -> Rule:
    rules = sops.load_rules(MemoryTree({".sops.yaml": (DATA / "sops.yaml").read_bytes()}))
    assert rules is not None
    return rules.require(PATH)


WHOLE = ("is not encrypted", "no private key here opens", "the sops program cannot complete it")
"""What is told of a file as such."""


def refusal(step: Callable[[], object]) -> InfraToolError | None:
    """Carry out a step, and return what it was refused with."""
    try:
        step()
    except InfraToolError as error:
        return error
    return None


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(FILES // CHUNK))
def test_a_result_or_a_place(chunk: int, bases: list[bytes], example_keys: Identities, example_rule: Rule) -> None:
    dice = random.Random(chunk)  # noqa: S311 -- the same files on every run
    files = [mutated(dice.choice(bases), dice) for _ in range(CHUNK)]
    found = [refusal(step) for data in files for step in work(data, example_rule, example_keys)]
    refused = [error for error in found if error]
    assert 0 < len(refused) < len(found)
    for error in refused:
        assert error.path == PATH
        assert error.line or any(words in error.message for words in WHOLE), error


@pytest.mark.slow
def test_rules_at_random() -> None:
    """The same for `.sops.yaml`."""
    dice = random.Random(1)  # noqa: S311 -- the same files on every run
    rules = (DATA / "sops.yaml").read_bytes()
    for _ in range(CHUNK):
        tree = MemoryTree({".sops.yaml": mutated(rules, dice)})
        error = refusal(lambda tree=tree: sops.load_rules(tree))
        if error:
            assert error.line, error
        elif found := sops.load_rules(tree):
            assert all(problem.line for problem in found.problems)
            found.match(PATH)
