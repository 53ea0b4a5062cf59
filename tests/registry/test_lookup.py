"""Images are looked up in a real HTTP registry, with each way of asking who is there."""

import socket
from collections.abc import Iterator

import oci
import pytest
from oci import Registry

from infra_tool import reference
from infra_tool.errors import InfraToolError
from infra_tool.reference import Reference
from infra_tool.registry import Logins, find_digest, from_text, is_loopback

REPOSITORY = "team/n8n"
CREDENTIAL = "bot:c4n4v6m"


@pytest.fixture
def registry() -> Iterator[Registry]:
    with oci.serving(Registry(users={"bot": "c4n4v6m"})) as server:
        yield server


def image(registry: Registry, tag: str = "v1") -> Reference:
    return reference.parse(f"{registry.host}/{REPOSITORY}:{tag}")


def logins(registry: Registry, credential: str = CREDENTIAL) -> Logins:
    return from_text(credential, registry.host)


@pytest.mark.parametrize("auth", ["none", "basic", "bearer"])
def test_a_tag_has_a_digest_or_is_not_there(registry: Registry, auth: oci.Auth) -> None:
    registry.auth = auth
    held = registry.hold(REPOSITORY, "v1")
    assert find_digest(image(registry), logins(registry)) == held
    assert find_digest(image(registry, "v2"), logins(registry)) is None


def test_a_digest_that_the_registry_does_not_tell_is_computed(registry: Registry) -> None:
    held = registry.hold(REPOSITORY, "v1", b"a manifest")
    registry.tells_digest = False
    assert find_digest(image(registry), Logins()) == held == oci.digest(b"a manifest")


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_who_may_not_read_is_told_what_is_missing(registry: Registry, auth: oci.Auth) -> None:
    registry.auth = auth
    with pytest.raises(InfraToolError, match=f"wants a credential for {REPOSITORY}"):
        find_digest(image(registry), Logins())
    with pytest.raises(InfraToolError, match=f"does not let bot read {REPOSITORY}") as error:
        find_digest(image(registry), logins(registry, "bot:wr0ng"))
    assert "wr0ng" not in str(error.value)


def test_a_server_in_trouble_is_no_missing_image(registry: Registry) -> None:
    registry.broken = 503
    with pytest.raises(InfraToolError, match="answered 503 Service Unavailable"):
        find_digest(image(registry), Logins())


def test_nobody_there_is_no_missing_image() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(InfraToolError, match=f"cannot reach the registry {host}: .*refused"):
            find_digest(reference.parse(f"{host}/{REPOSITORY}:v1"), Logins())


def test_a_credential_is_not_sent_where_anybody_could_read_it(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.auth = "bearer"
    monkeypatch.setattr("infra_tool.registry.lookup.is_loopback", lambda _: False)
    monkeypatch.setattr("infra_tool.registry.lookup.SCHEMES", {False: "http", True: "http"})
    with pytest.raises(InfraToolError, match="not encrypted"):
        find_digest(image(registry), logins(registry))
    assert not any("token" in request for request in registry.requests)


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:5000", "127.1.2.3", "[::1]:5000"])
def test_a_registry_on_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "registry.example.org", "127.0.0.1.example.org", "127.example.org", "10.0.0.1"])
def test_a_registry_on_another_machine_whatever_it_is_called(host: str) -> None:
    assert not is_loopback(host)
