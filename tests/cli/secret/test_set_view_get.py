"""Set, view and get: where values come from, what is said, what nobody gets to see."""

from __future__ import annotations

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import typer

from infra_tool import proc
from infra_tool.cli.secret import values
from infra_tool.sops import Entropy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/secrets.enc.yaml"
PLANTED = "hunter2-planted"


def test_set_changes_three_lines_and_the_annotation(repo: Repo) -> None:
    before = repo.read().splitlines()
    said = repo.run("secret", "set", PATH, "--from-stdin", "ENCRYPTION_KEY", stdin=b"hunter2-planted\n")
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{PATH}: ENCRYPTION_KEY is set\nDeployment/n8n will restart\n"
    changed = [line.split(":")[0].strip() for line in repo.read().splitlines() if line not in before]
    assert changed in (["ENCRYPTION_KEY", "lastmodified", "mac"], ["ENCRYPTION_KEY", "mac"])
    assert "# of n8n" not in repo.read()
    assert repo.get("ENCRYPTION_KEY") == PLANTED


def test_several_keys_from_everywhere(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tls.key").write_bytes(b"line\nline\n")
    monkeypatch.setenv("TOKEN", PLANTED)
    said = repo.run(
        *("secret", "set", PATH, "--from-stdin", "API_KEY", "--from-env", "TOKEN", "--from-env", "OTHER=TOKEN"),
        *("--from-file", str(tmp_path / "tls.key"), "--from-file", f"cert={tmp_path / 'tls.key'}"),
        *("--generate", "PIN:8", "--generate", "ENCRYPTION_KEY", "--format", "json"),
        stdin=b"two\nlines\n",
    )
    result = said.result("secret-set")
    assert {entry["key"]: entry["action"] for entry in result["keys"]} == {
        "PIN": "added",
        "ENCRYPTION_KEY": "set",
        "tls.key": "added",
        "cert": "added",
        "TOKEN": "added",
        "OTHER": "added",
        "API_KEY": "set",
    }
    assert [entry["key"] for entry in result["keys"] if entry["was_stub"]] == ["API_KEY"]
    assert result["restarted"] == ["Deployment/n8n"]
    assert "infra-tool/stub-keys" not in repo.read()
    assert [repo.get(key) for key in ("API_KEY", "TOKEN", "OTHER", "tls.key", "cert")] == [
        "two\nlines\n",
        PLANTED,
        PLANTED,
        "line\nline\n",
        "line\nline\n",
    ]
    assert len(repo.get("PIN")) == 8
    assert len(repo.get("ENCRYPTION_KEY")) == 32


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def prompt(text: str, **options: object) -> str:
        asked.append((text, options["hide_input"], options["err"]))
        return PLANTED

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr(sys, "stdin", Terminal())
    found = values.read(values.Sources(keys=("A", "B"), stdin=("C",)), Entropy(), "x")
    assert {key: value.reveal() for key, value in found.items()} == dict.fromkeys("CAB", PLANTED)
    assert asked == [(f"Value of {key}", True, True) for key in "CAB"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("API_KEY=hunter2-planted",), "a secret value is never an argument"),
        (("API_KEY", "hunter2-planted"), "there is no terminal to ask for a value"),
        (("hunter2 planted!",), "holds letters, digits, - _ . only"),
        (("--from-stdin", "API_KEY=hunter2-planted"), "a secret value is never an argument"),
        (("--from-stdin", "A", "--from-stdin", "B"), "stdin holds one value only"),
        (("--from-stdin", "API_KEY"), "the value of API_KEY is empty"),
        (("--from-env", "NOPE"), "the environment variable NOPE is not set"),
        (("--generate", "A", "--generate", "A"), "A is given twice"),
        (("--generate", "A:4"), "8 to 1024 characters"),
        ((), "no key is named"),
    ],
)
def test_wrong_usage_is_2_and_repeats_no_value(repo: Repo, arguments: tuple[str, ...], words: str) -> None:
    before = repo.read()
    said = repo.run("secret", "set", PATH, *arguments)
    assert said.code == 2
    assert words in said.err
    assert "hunter2" not in said.err + said.out
    assert repo.read() == before


def test_a_file_that_is_missing_is_3(repo: Repo) -> None:
    said = repo.run("secret", "set", PATH, "--from-file", "A=/does/not/exist")
    assert (said.code, "cannot read /does/not/exist" in said.err) == (3, True)


def test_a_new_key_that_looks_like_a_misspelt_one(repo: Repo) -> None:
    said = repo.run("secret", "set", PATH, "--from-stdin", "API_KEEY", stdin=b"x")
    assert (said.code, said.err) == (0, "warning: API_KEEY is new; did you mean API_KEY?\n")


def test_the_same_again_is_nothing(repo: Repo) -> None:
    assert repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", stdin=b"x").code == 0
    repo.commit()
    said = repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", "--check", stdin=b"x")
    assert (said.code, said.out) == (0, f"{PATH}: API_KEY has that value already\n")
    assert repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", "--check", stdin=b"y").code == 1
    assert repo.git("status", "--porcelain") == ""


def test_a_dry_run_is_a_diff_of_ciphertext(repo: Repo) -> None:
    said = repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", "--dry-run", stdin=PLANTED.encode())
    assert "+  API_KEY: ENC[" in said.out
    assert PLANTED not in said.out
    assert repo.git("status", "--porcelain") == ""


def test_pushed_to_a_remote_without_a_checkout(repo: Repo, bare: Path, tmp_path: Path) -> None:
    repo.push_to(bare)
    remote = ("--remote", bare.as_uri(), "-C", str(tmp_path))
    said = repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", *remote, stdin=PLANTED.encode())
    assert said.code == 0, said.err
    repo.git("pull", "--quiet", "--ff-only")
    assert repo.get("API_KEY") == PLANTED


def test_view_needs_no_key(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    text = repo.run("secret", "view", PATH)
    assert text.out.splitlines()[1:] == [
        "opened by",
        f"  laura          {repo.laura.recipient}",
        f"  cluster koala  {repo.cluster.recipient}",
        "Secret/n8n",
        "  stringData.ENCRYPTION_KEY  13 bytes",
        "  stringData.API_KEY         4 bytes  still a stub",
    ]
    result = repo.run("secret", "view", PATH, "--format", "json").result("secret-view")
    assert [(entry["name"], entry["size"], entry["stub"]) for entry in result["entries"]] == [
        ("stringData.ENCRYPTION_KEY", 13, False),
        ("stringData.API_KEY", 4, True),
    ]
    assert "value" not in result["entries"][0]
    refused = repo.run("secret", "view", PATH, "--reveal")
    assert (refused.code, "it is for laura, cluster koala" in refused.err) == (3, True)


def test_reveal_shows_what_a_pod_sees(repo: Repo) -> None:
    path = "apps/n8n/data.enc.yaml"
    repo.write(path, "kind: Secret\nmetadata:\n  name: a\ndata:\n  A: aHVudGVyMg==\n  B: /wA=\n")
    assert repo.run("encrypt-secret", path).code == 0
    assert repo.run("secret", "view", path, "--reveal").out.splitlines()[-2:] == ["  data.A  hunter2", "  data.B  /wA="]
    result = repo.run("secret", "view", path, "--reveal", "--format", "json").result("secret-view")
    assert [entry["value"] for entry in result["entries"]] == ["hunter2", "/wA="]
    assert repo.run("secret", "get", path, "B", "--format", "json").result("secret-get") == {
        "path": path,
        "key": "B",
        "value": "/wA=",
        "encoding": "base64",
    }


def test_get_prints_the_very_bytes(repo: Repo) -> None:
    assert repo.run("secret", "get", PATH, "ENCRYPTION_KEY").out == "correct-horse"
    assert repo.run("secret", "get", PATH, "API_KEY", "--format", "json").result("secret-get")["value"] == "stub"


@pytest.mark.parametrize("verb", ["get", "set", "view"])
def test_a_path_that_is_none(repo: Repo, verb: str) -> None:
    more = {"get": ("KEY",), "set": ("--generate", "KEY"), "view": ()}[verb]
    missing = repo.run("secret", verb, "nowhere.enc.yaml", *more)
    assert (missing.code, missing.err) == (2, "error: nowhere.enc.yaml: no such file\n")
    plain = repo.run("secret", verb, "apps/n8n/deployment.yaml", *more)
    assert plain.code == 3
    assert plain.err.endswith("is not encrypted\nhint: infra-tool encrypt-secret apps/n8n/deployment.yaml\n")


def test_an_unknown_key_is_2_with_a_guess(repo: Repo) -> None:
    said = repo.run("secret", "get", PATH, "ENCRYPTON_KEY")
    assert (said.code, said.err) == (
        2,
        f"error: {PATH}: there is no key ENCRYPTON_KEY\nhint: did you mean ENCRYPTION_KEY?\n",
    )


def test_no_key_says_where_it_looked_and_who_has_one(
    repo: Repo, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for arguments in (("get", PATH, "API_KEY"), ("set", PATH, "--generate", "API_KEY")):
        said = repo.run("secret", *arguments, "--format", "json")
        assert said.code == 3
        assert "it is for laura, cluster koala" in said.err
        assert f"{tmp_path}/sops/age/keys.txt" in said.err
        assert f"{home}/.ssh/id_ed25519" in said.err
        assert '"code": "no-key"' in said.out
        assert "AGE-SECRET-KEY" not in said.err + said.out


def test_another_identity(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    identity = tmp_path / "cluster.agekey"
    identity.write_text(repo.cluster.secret.reveal(), encoding="utf-8")
    assert repo.run("secret", "get", PATH, "API_KEY", "--identity", str(identity)).out == "stub"
    said = repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", "--identity", str(identity), stdin=b"x")
    assert said.code == 0, said.err
    missing = repo.run("secret", "get", PATH, "API_KEY", "--identity", "/does/not/exist")
    assert (missing.code, missing.out) == (3, "")


def test_a_tampered_file_is_not_written_on(repo: Repo) -> None:
    text = repo.read()
    first, second = (
        line.split(": ")[1].split(" #")[0] for line in text.splitlines() if ": ENC[" in line and "mac" not in line
    )
    repo.write(PATH, text.replace(first, second))
    said = repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", stdin=b"x")
    assert (said.code, "cannot be opened: it was changed, moved" in said.err) == (3, True)
    repo.write(PATH, text.replace("  API_KEY: ENC", "  ADDED: ''\n  API_KEY: ENC").replace(first, '""'))
    held = repo.run("secret", "get", PATH, "API_KEY")
    assert (held.code, "the content does not match its MAC" in held.err) == (3, True)


def test_a_value_that_is_a_list_is_not_overwritten(repo: Repo) -> None:
    path = "apps/n8n/new.enc.yaml"
    repo.write(path, "kind: Values\ndata:\n  users:\n    - hunter2\n")
    assert repo.run("encrypt-secret", path).code == 0
    repo.write(path, repo.read(path).replace("kind: Values", "kind: Secret"))
    before = repo.read(path)
    said = repo.run("secret", "set", path, "--from-stdin", "users", stdin=b"eA==")
    assert (said.code, repo.read(path)) == (3, before)
    assert f"{path}:4: data.users is a list or mapping, in which no value can be set" in said.err


@pytest.mark.parametrize("command", [("view",), ("get", "API_KEY"), ("set", "--generate", "API_KEY"), ("rotate",)])
def test_a_symlink_is_said(command: tuple[str, ...], repo: Repo) -> None:
    link = "apps/n8n/link.enc.yaml"
    (repo.root / link).symlink_to("secrets.enc.yaml")
    said = repo.run("secret", command[0], link, *command[1:])
    assert (said.code, said.err.splitlines()[0]) == (2, f"error: {link}: is a symlink")


@pytest.mark.parametrize("broken", ["a: [\n", "a: &a [x, x]\nb: *c\n", "\0", "x" * 6_000_000])
def test_a_broken_file_beside_it_stops_nobody(broken: str, repo: Repo) -> None:
    repo.write("apps/n8n/broken.yaml", broken)
    said = repo.run("secret", "set", PATH, "--generate", "API_KEY")
    assert (said.code, "Deployment/n8n will restart" in said.out) == (0, True)


def test_at_the_same_time_in_one_work_tree(repo: Repo) -> None:
    names = [f"K{number}" for number in range(5)]
    command = (sys.executable, "-m", "infra_tool", "secret", "set", PATH, "--generate")
    with ThreadPoolExecutor(5) as pool:
        done = list(pool.map(lambda name: proc.run((*command, name), cwd=repo.root, ok=None), names))
    assert [each.status for each in done] == [0] * 5
    assert all(len(repo.get(name)) == 32 for name in names)
