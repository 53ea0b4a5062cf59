"""Whatever is changed in the ciphertext is noticed: a byte of it, its place, its key."""

import base64
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool import proc, sops
from infra_tool.errors import InfraToolError
from infra_tool.sops import Identities, Rule, Selector

LAURA = sops.generate_identity()
KEYS = Identities((LAURA.secret,))
PATH = "a.enc.yaml"
TOKEN = re.compile(r"ENC\[AES256_GCM,data:[^\]]+\]")
PART = re.compile(r"(?:data|iv|tag):([^,]+)")
TEXT = st.text("abc \u00e9#", min_size=1, max_size=12)
VALUES = st.dictionaries(st.sampled_from("ABCDEF"), TEXT | st.lists(TEXT, min_size=2, max_size=3), min_size=2)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return an encrypted file; all its values are different ones."""
    lines = ["stringData:"]
    for number, (key, value) in enumerate(draw(VALUES).items()):
        if isinstance(value, list):
            items = (f'"{number}.{index} {item}"' for index, item in enumerate(value))
            lines += [f"  {key}:", *(f"  - {item}" for item in items)]
        else:
            lines.append(f'  {key}: "{number} {value}"')
    rule = Rule(None, Selector("encrypted_regex", "^stringData$"), draw(st.booleans()), _recipients(), line=1)
    return sops.encrypt("\n".join([*lines, ""]).encode(), PATH, rule).decode()


def _recipients() -> tuple[sops.Recipient, ...]:
    return (sops.recipient(LAURA.recipient),)


def flip(text: str, draw: Callable[[st.SearchStrategy[int]], int]) -> str:
    """Change one bit of one part of one ciphertext, that of the MAC included."""
    tokens = list(TOKEN.finditer(text))
    token = tokens[draw(st.integers(0, len(tokens) - 1))]
    part = list(PART.finditer(text, token.start(), token.end()))[draw(st.integers(0, 2))]
    data = bytearray(base64.b64decode(part[1]))
    data[draw(st.integers(0, len(data) - 1))] ^= 1 << draw(st.integers(0, 7))
    return text[: part.start(1)] + base64.b64encode(data).decode() + text[part.end(1) :]


def swap(text: str, draw: Callable[[st.SearchStrategy[int]], int]) -> str:
    """Exchange two ciphertexts."""
    tokens = list(TOKEN.finditer(text))
    first = draw(st.integers(0, len(tokens) - 2))
    second = draw(st.integers(first + 1, len(tokens) - 1))
    one, other = tokens[first], tokens[second]
    return text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]


def rename(text: str, draw: Callable[[st.SearchStrategy[int]], int]) -> str:
    """Give a key another name."""
    keys = list(re.finditer(r"(?m)^  ([A-F]):", text))
    key = keys[draw(st.integers(0, len(keys) - 1))]
    return f"{text[: key.start(1)]}X{text[key.end(1) :]}"


def remove(text: str, draw: Callable[[st.SearchStrategy[int]], int]) -> str:
    """Take a value out."""
    lines = list(re.finditer(r"(?m)^  (?:[A-F]:|-) ENC.*\n", text))
    line = lines[draw(st.integers(0, len(lines) - 1))]
    return text[: line.start()] + text[line.end() :]


def redate(text: str, draw: Callable[[st.SearchStrategy[int]], int]) -> str:
    """Change the time with which the MAC was made."""
    return re.sub(r'lastmodified: "\d{4}', f'lastmodified: "{draw(st.integers(1000, 1999))}', text)


@pytest.mark.parametrize("tamper", [flip, swap, rename, remove, redate])
@settings(max_examples=100, deadline=None)
@given(text=files(), data=st.data())
def test_it_is_noticed(tamper: Callable[..., str], text: str, data: st.DataObject) -> None:
    sops.open_file(text.encode(), PATH, KEYS)
    changed = tamper(text, data.draw)
    assert changed != text
    with pytest.raises(InfraToolError) as caught:
        sops.open_file(changed.encode(), PATH, KEYS)
    assert (caught.value.path, bool(caught.value.line)) == (PATH, True)


@pytest.mark.interop
@pytest.mark.parametrize("tamper", [flip, swap, rename, remove, redate])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=files(), data=st.data())
def test_sops_notices_the_same(tamper: Callable[..., str], text: str, data: st.DataObject, interop_bin: Path) -> None:
    assert interop_bin
    env = {**os.environ, "SOPS_AGE_KEY": LAURA.secret.reveal()}
    command = ("sops", "decrypt", "--filename-override", PATH)
    states = [
        proc.run(command, env=env, stdin=each.encode(), ok=None).status for each in (text, tamper(text, data.draw))
    ]
    assert states[0] == 0
    assert states[1] != 0
