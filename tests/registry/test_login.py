"""Credentials are found as docker finds them, and never shown."""

import json
from pathlib import Path

import pytest

from infra_tool import registry
from infra_tool.errors import InfraToolError, UsageError

AUTH = "Ym90OmM0bjR2Nm0="
"""bot:c4n4v6m"""
HOST = "registry.example.test"


@pytest.mark.parametrize(
    ("host", "config"),
    [
        (HOST, {HOST: {"auth": AUTH}}),
        (HOST, {f"https://{HOST}/v1/": {"auth": AUTH}}),
        (f"{HOST}:5000", {HOST: {"auth": "eDp5"}, f"{HOST}:5000": {"auth": AUTH}}),
        (HOST, {HOST: {"username": "bot", "password": "c4n4v6m"}}),
        ("docker.io", {"https://index.docker.io/v1/": {"auth": AUTH}}),
    ],
)
def test_a_docker_configuration_names_registries_in_its_ways(host: str, config: dict[str, dict[str, str]]) -> None:
    login = registry.from_text(json.dumps({"auths": config}), host).of(host)
    assert login
    assert (login.user, login.basic) == ("bot", f"Basic {AUTH}")


def test_a_user_and_a_token_are_enough() -> None:
    logins = registry.from_text("bot:c4n4v6m\n", HOST)
    assert json.loads(logins.config()) == {"auths": {HOST: {"auth": AUTH}}}
    assert logins.of("other.example.test") is None


@pytest.mark.parametrize("entry", [{}, {"auth": ""}, {"auth": "not base64!"}, {"identitytoken": "x"}, "text"])
def test_an_entry_that_cannot_be_read_is_no_login(entry: object) -> None:
    assert registry.from_text(json.dumps({"auths": {HOST: entry}}), HOST).of(HOST) is None


@pytest.mark.parametrize(
    "text", ["", "c4n4v6m", ":c4n4v6m", "bot:", "bot:two c4n4v6m", "{c4n4v6m", '{"auths": "c4n4v6m"}']
)
def test_what_cannot_be_read_is_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as error:
        registry.from_text(text, HOST)
    assert "c4n4v6m" not in f"{error.value} {error.value.hint} {error.value.__cause__}"


def test_nothing_shows_a_token() -> None:
    logins = registry.from_text("bot:c4n4v6m", HOST)
    assert not {"c4n4v6m", AUTH} & set(f"{logins!r} {logins.of(HOST)!r}".replace("'", " ").split())
    assert repr(logins.of(HOST)) == "<login of bot>"


def test_the_users_own_configuration(home: Path, tmp_path: Path) -> None:
    assert registry.from_files({}, home).of(HOST) is None
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(json.dumps({"credsStore": "desktop"}))
    assert registry.from_files({}, home).of(HOST) is None
    (tmp_path / "config.json").write_text(json.dumps({"auths": {HOST: {"auth": AUTH}}}))
    assert registry.from_files({"DOCKER_CONFIG": str(tmp_path)}, home).of(HOST)
    (tmp_path / "config.json").write_text("no")
    with pytest.raises(UsageError, match="is not JSON"):
        registry.from_files({"DOCKER_CONFIG": str(tmp_path)}, home)


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a credential helper that knows one registry; return the file with what it was asked."""
    asked = tmp_path / "asked"
    program = tmp_path / "bin/docker-credential-safe"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nread -r host; echo \"$1 $host\" >> '{asked}'\n"
        f'[ "$host" = {HOST} ] || {{ echo "credentials not found"; exit 1; }}\n'
        'echo \'{"Username": "bot", "Secret": "c4n4v6m"}\'\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return asked


@pytest.mark.parametrize("named", [{"credHelpers": {HOST: "safe"}}, {"credsStore": "safe"}])
def test_a_credential_helper_is_asked(helper: Path, home: Path, named: dict[str, object]) -> None:
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(json.dumps({"auths": {HOST: {}}, **named}), encoding="utf-8")
    logins = registry.from_files({}, home)
    login = logins.of(HOST)
    assert login
    assert login.basic == f"Basic {AUTH}"
    assert logins.of("other.example.test") is None
    assert helper.read_text(encoding="utf-8").splitlines()[0] == f"get {HOST}"
    assert "c4n4v6m" not in f"{logins!r} {login!r}"


def test_a_helper_that_is_not_installed_is_named(home: Path) -> None:
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(json.dumps({"credHelpers": {HOST: "none-such"}}), encoding="utf-8")
    with pytest.raises(InfraToolError, match="docker-credential-none-such is not installed"):
        registry.from_files({}, home).of(HOST)
