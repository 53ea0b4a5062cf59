"""Lint's rules about secrets, and with a key the MAC of every file; the drill with one key alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra_tool import sops
from infra_tool.lint.registry.unasked import KEYED
from infra_tool.secrets.verify import SUBSTITUTED, UNVERIFIED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/secrets.enc.yaml"


@pytest.fixture
def clean(repo: Repo) -> Repo:
    """Return the repo without its stub."""
    assert repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", stdin=b"real").code == 0
    repo.commit()
    return repo


def test_a_clean_repo(clean: Repo) -> None:
    said = clean.run("secret", "check")
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines()[-1] == "opened and compared with the MAC: 1"
    summary = clean.run("secret", "check", "--format", "json").result("secret-check")["summary"]
    assert (summary["errors"], summary["opened"], summary["unchecked"]) == (0, 1, [])


def test_a_stub_is_told_and_no_error(repo: Repo) -> None:
    said = repo.run("secret", "check")
    assert said.code == 0
    assert "S022 info: API_KEY is still a stub" in said.out


def test_other_rules_are_not_asked(clean: Repo) -> None:
    text = clean.read("apps/n8n/deployment.yaml")
    clean.write("apps/n8n/deployment.yaml", text.replace("n8n:1.0.0", "n8n:latest").replace("kind: Dep", "kind: Dop"))
    assert clean.run("secret", "check").out == ""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("ENCRYPTION_KEY: ENC[", "ENCRYPTION_KEY: plain #ENC[", "S003"),
        ("  mac: ENC[", "  mac: ENX[", "S004"),
    ],
)
def test_findings_make_it_1(clean: Repo, old: str, new: str, code: str) -> None:
    clean.write(PATH, clean.read().replace(old, new))
    said = clean.run("secret", "check", "--no-key")
    assert (said.code, f"{code} error" in said.out) == (1, True)


def test_flux_that_does_not_decrypt(clean: Repo) -> None:
    sync = "clusters/koala/flux-system/sync.yaml"
    clean.write(sync, clean.read(sync).split("  decryption:")[0])
    said = clean.run("secret", "check")
    assert (said.code, "F006 error" in said.out) == (1, True)


def swapped(repo: Repo) -> str:
    """Return the file with the old MAC in place of the new: what a hand merge leaves behind."""
    before = repo.read()
    assert repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", stdin=b"other").code == 0
    macs = [next(line for line in text.splitlines() if line.startswith("  mac:")) for text in (before, repo.read())]
    times = [
        next(line for line in text.splitlines() if line.startswith("  lastmodified:")) for text in (before, repo.read())
    ]
    return repo.read().replace(macs[1], macs[0]).replace(times[1], times[0])


def test_a_mac_that_does_not_match(clean: Repo) -> None:
    clean.write(PATH, swapped(clean))
    said = clean.run("secret", "check")
    line = next(number for number, text in enumerate(clean.read().splitlines(), 1) if text.startswith("  mac:"))
    assert said.code == 1
    assert said.out == f"{PATH}:{line}:1: S009 error: the content does not match its MAC\n"
    unseen = clean.run("secret", "check", "--no-key")
    assert unseen.code == 0
    assert f"not checked: {PATH}: no private key here opens it, so its MAC was not compared" in unseen.err


def test_text_that_flux_would_substitute(clean: Repo) -> None:
    assert clean.run("secret", "set", PATH, "--from-stdin", "API_KEY", stdin=b"hunter${2}-planted").code == 0
    said = clean.run("secret", "check")
    line = next(number for number, text in enumerate(clean.read().splitlines(), 1) if "API_KEY: ENC" in text)
    assert (said.code, said.out) == (
        0,
        f"{PATH}:{line}:12: S024 warning: stringData.API_KEY holds ${{, which Flux would substitute\n",
    )
    for arguments, stdin in ((("unset",), b""), (("set", "--from-stdin"), b"hunter${2}-planted")):
        assert clean.run("secret", arguments[0], PATH, *arguments[1:], "API_KEY", stdin=stdin).code == 0
    assert clean.run("secret", "check").out == ""
    assert clean.get("API_KEY") == "hunter${2}-planted"


def test_its_two_rules_are_in_the_registry() -> None:
    registered = {(rule.CODE, rule.NAME) for rule in KEYED}
    assert registered == {UNVERIFIED, SUBSTITUTED}


def test_the_index_is_judged_as_it_is(clean: Repo) -> None:
    before = clean.read()
    clean.write(PATH, swapped(clean))
    clean.git("add", PATH)
    clean.write(PATH, before)
    assert (clean.run("secret", "check").code, clean.run("secret", "check", "--staged").code) == (0, 1)


def test_without_any_key_nothing_is_called_verified(
    clean: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    summary = clean.run("secret", "check", "--format", "json").result("secret-check")["summary"]
    assert summary["opened"] == 0
    assert [entry["path"] for entry in summary["unchecked"]] == [PATH]


def test_the_recovery_drill(clean: Repo, tmp_path: Path) -> None:
    cluster, stranger = tmp_path / "cluster.txt", tmp_path / "stranger.txt"
    cluster.write_text(clean.cluster.secret.reveal(), encoding="utf-8")
    assert clean.run("secret", "check", "--identity", str(cluster)).code == 0
    stranger.write_text(sops.generate_identity().secret.reveal(), encoding="utf-8")
    said = clean.run("secret", "check", "--identity", str(stranger))
    assert (said.code, "no private key here opens this file; it is for laura, cluster koala" in said.out) == (1, True)
    assert clean.run("secret", "check", "--identity", str(stranger), "--no-key").code == 2


def test_lint_compares_with_the_mac_when_asked(clean: Repo) -> None:
    clean.write(PATH, swapped(clean))
    assert "S009" not in clean.run("lint").out
    said = clean.run("lint", "--verify-mac", "--select", "S", "--select", "F006")
    assert said.code == 1
    assert said.out == clean.run("secret", "check").out
    for more in (("--ignore", "S009"), ("--select", "T"), ("clusters",)):
        assert clean.run("lint", "--verify-mac", *more).code == 0
    clean.write(".infra-tool.yaml", f"{clean.read('.infra-tool.yaml')}lint: {{severity: {{S009: warning}}}}\n")
    assert "S009 warning" in clean.run("lint", "--verify-mac").out


def test_lint_names_what_no_key_opens(clean: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    said = clean.run("lint", "--verify-mac", "--select", "S", "--select", "F006")
    assert f"not checked: {PATH}: no private key here opens it, so its MAC was not compared" in said.err
