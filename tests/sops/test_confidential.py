"""A planted value is nowhere but where it belongs: not in files, messages, reprs or tracebacks."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import sops, yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import Entropy, Identities, Rule

PLANTED = "hunter2-planted"
PLAIN = f"kind: Secret\nstringData:\n  # {PLANTED}\n  A: {PLANTED} # {PLANTED}\n  B: |\n    {PLANTED}\n"


def test_the_file_does_not_hold_it(rule: Rule, keys: Identities) -> None:
    data = sops.encrypt(PLAIN.encode(), "a.yaml", rule)
    assert PLANTED.encode() not in data
    assert sops.decrypt(data, "a.yaml", keys).count(PLANTED.encode()) == 4


def test_objects_do_not_show_it(rule: Rule, keys: Identities) -> None:
    opened = sops.open_file(sops.encrypt(PLAIN.encode(), "a.yaml", rule), "a.yaml", keys)
    shown = f"{opened!r} {list(opened.values.values())!r} {keys!r} {sops.Secret(PLANTED)!r} {sops.Secret(PLANTED)}"
    assert PLANTED not in shown
    assert opened.key.hex() not in shown
    assert keys.x25519[0].reveal() not in shown


BROKEN: list[tuple[str, Callable[[str], str]]] = [
    ("int", lambda text: text.replace(f"A: {PLANTED}", "A: 4711")),
    ("list", lambda text: text.replace(f"A: {PLANTED}", f"A: [{PLANTED}]")),
    ("anchor", lambda text: text.replace(f"A: {PLANTED}", f"A: &a {PLANTED}")),
    ("tag", lambda text: text.replace(f"A: {PLANTED}", f"A: !x {PLANTED}")),
    ("twice", lambda text: text.replace("  B:", f"  A: {PLANTED}\n  B:")),
    ("base64", lambda text: text.replace("stringData", "data")),
    ("syntax", lambda text: text.replace(f"A: {PLANTED}", f"A: '{PLANTED}")),
    ("sequence", lambda _: f"- {PLANTED}\n"),
]


@pytest.mark.parametrize(("name", "spoil"), BROKEN)
def test_errors_do_not_quote_it(name: str, spoil: Callable[[str], str], rule: Rule) -> None:
    source = spoil(PLAIN)
    assert source != PLAIN, name
    with pytest.raises(InfraToolError) as caught:
        sops.encrypt(source.encode(), "a.yaml", rule)
    words = "".join(traceback.format_exception(caught.value)) + str(caught.value.hint)
    assert PLANTED not in words
    assert "4711" not in words


def test_errors_of_opening_do_not_quote_it(rule: Rule, keys: Identities) -> None:
    data = sops.encrypt(PLAIN.encode(), "a.yaml", rule)
    spoilt = [
        data.replace(b"  A:", b"  Z:"),
        data.replace(b"sops:\n", f"  C: {PLANTED}\nsops:\n".encode()),
        data.replace(b"B: ENC", b"B: XNC"),
    ]
    for attempt in spoilt:
        with pytest.raises(InfraToolError) as caught:
            sops.open_file(attempt, "a.yaml", keys)
        words = "".join(traceback.format_exception(caught.value)) + str(caught.value.hint)
        assert PLANTED not in words
        assert keys.x25519[0].reveal() not in words


def test_nothing_is_written_to_disk(
    rule: Rule, keys: Identities, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file that is opened for writing while a file is encrypted, opened and updated would raise."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    opened: list[str] = []
    real = open

    def watch(file: object, mode: str = "r", *rest: object, **more: object) -> object:
        if set(mode) & set("wax+"):
            opened.append(str(file))
        return real(file, mode, *rest, **more)  # type: ignore[call-overload]  # passed on as it came

    monkeypatch.setattr("builtins.open", watch)
    data = sops.encrypt(PLAIN.encode(), "a.yaml", rule)
    before = sops.open_file(data, "a.yaml", keys)
    sops.update(before, yamldoc.parse(PLAIN.replace("A:", "N:").encode(), "a.yaml"), Entropy())
    assert opened == []
    assert list(tmp_path.iterdir()) == []
