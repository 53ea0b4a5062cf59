"""The client of the API: where a token goes and where not, and what is said when it does not work."""

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import gitea_api
import pytest
from gitea_api import Gitea

from infra_tool.errors import InfraToolError, UsageError
from infra_tool.gitea import Client

TOKEN = Gitea().token


@pytest.fixture
def server() -> Iterator[Gitea]:
    with gitea_api.serving(Gitea()) as up:
        yield up


@pytest.mark.parametrize(
    "base",
    [
        "git.example.org",
        "ssh://git@git.example.org",
        "https://",
        "https://me:pw@git.x.y",
        "https://:pw@git.x.y",
        "https://[::1",
        "https://a..b",
        "https://h/é",
        "https://h:99999",
        "https://h?a",
    ],
)
def test_what_is_no_address(base: str) -> None:
    with pytest.raises(UsageError, match="is no address of a Gitea") as error:
        Client(base, TOKEN)
    assert "pw" not in str(error.value)


@pytest.mark.parametrize("host", ["git.example.org", "127.0.0.1.example.org", "127.example.org"])
def test_a_token_is_not_sent_in_the_clear_to_another_machine(host: str) -> None:
    with pytest.raises(UsageError, match="over a connection that is not encrypted"):
        Client(f"http://{host}", TOKEN)
    Client(f"http://{host}", TOKEN, plain=True)
    Client("http://localhost:3000", TOKEN)


@pytest.mark.parametrize("token", ["", " \n", "two\nlines", "töken"])
def test_what_is_no_token(token: str) -> None:
    with pytest.raises(UsageError, match="is empty or no token") as error:
        Client("https://git.example.org", token)
    assert not token.strip() or token not in str(error.value)


def test_a_list_is_read_to_its_end(server: Gitea) -> None:
    server.keys = [{"id": number, "title": str(number)} for number in range(5)]
    assert Client(server.url, TOKEN).listed("repos", "team", "infra", "keys") == server.keys


def test_a_wrong_token(server: Gitea) -> None:
    with pytest.raises(InfraToolError, match="does not know the token") as error:
        Client(server.url, "wr0ng").get("user")
    assert "wr0ng" not in str(error.value)


def test_what_is_not_there_is_none_and_cannot_be_changed(server: Gitea) -> None:
    client = Client(server.url, TOKEN)
    assert client.get("repos", "team", "other") is None
    with pytest.raises(InfraToolError, match=r"PUT repos/team/other: .* answered 404") as error:
        client.send("PUT", ("repos", "team", "other"))
    assert error.value.hint == "is there such a repo, and may this token see it?"


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(InfraToolError, match=rf"cannot reach {re.escape(url)}: .*refused"):
            Client(url, TOKEN).get("user")


def certificate(place: Path) -> Path:
    """Write a certificate of 127.0.0.1 that signs itself, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gitea")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    place.write_bytes(private + made.public_bytes(pem))
    return place


def test_an_authority_is_trusted_by_its_file_alone(
    server: Gitea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = certificate(tmp_path / "authority.pem")
    with gitea_api.serving(server, certificate=authority):
        with pytest.raises(InfraToolError, match=rf"cannot reach {server.url}: self-signed certificate") as caught:
            Client(server.url, TOKEN).get("user")
        assert caught.value.hint == "SSL_CERT_FILE names the file with the authority of the server"
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert Client(server.url, TOKEN).get("user") == {"login": "team"}


class _Elsewhere(BaseHTTPRequestHandler):
    """Send everybody to the server beside it, or answer with a page."""

    seen: list[str | None]
    target = ""

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization"))
        body = b"<html>"
        self.send_response(302 if self.target else 200)
        self.send_header("Location", self.target)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the tests quiet."""


@pytest.fixture
def page() -> Iterator[str]:
    _Elsewhere.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_token_is_not_sent_on(page: str, server: Gitea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Elsewhere, "target", f"{server.url}/api/v1/user")
    with pytest.raises(InfraToolError, match="answered 302"):
        Client(page, TOKEN).get("user")
    assert _Elsewhere.seen == [f"token {TOKEN}"]


def test_a_page_is_no_answer(page: str) -> None:
    with pytest.raises(InfraToolError, match="does not answer as a Gitea does"):
        Client(page, TOKEN).get("user")
