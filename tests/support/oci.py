"""A registry of one's own on loopback: manifests by tag, and the two ways in which registries ask who is there."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Literal
from urllib.parse import parse_qs, urlsplit

Auth = Literal["none", "basic", "bearer"]
TOKEN = "a-token-of-the-registry"  # noqa: S105 -- nobody's


@dataclass
class Registry:
    """What the registry holds and what was asked of it; tests read and change it while it runs."""

    auth: Auth = "none"
    users: dict[str, str] = field(default_factory=dict)
    readers: frozenset[str] = frozenset()
    """Users who may not write."""
    manifests: dict[tuple[str, str], bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    tells_digest: bool = True
    broken: int = 0
    """The status that everything is answered with, where not 0."""
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def hold(self, repository: str, tag: str, manifest: bytes = b'{"schemaVersion": 2}') -> str:
        """Keep a manifest and return its digest."""
        self.manifests[repository, tag] = manifest
        return digest(manifest)

    def config(self, user: str) -> str:
        """Return the docker configuration with which `user` comes."""
        auth = base64.b64encode(f"{user}:{self.users[user]}".encode()).decode()
        return json.dumps({"auths": {self.host: {"auth": auth}}})


def digest(manifest: bytes) -> str:
    return f"sha256:{hashlib.sha256(manifest).hexdigest()}"


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_PUT = do_GET  # noqa: N815 -- http.server's names

    def log_message(self, *_: object) -> None:
        """Keep the tests quiet."""

    def _answer(self) -> None:
        registry = self.server.registry
        registry.requests.append(f"{self.command} {self.path}")
        where = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if registry.broken:
            self._reply(registry.broken)
        elif where.path == "/token":
            self._token(parse_qs(where.query)["scope"][0])
        elif (user := self._user()) is None:
            self._reply(401, {"WWW-Authenticate": self._challenge()})
        elif self.command == "PUT":
            self._put(where.path, body, may=user not in registry.readers)
        else:
            self._get(where.path)

    def _challenge(self) -> str:
        if self.server.registry.auth == "basic":
            return 'Basic realm="registry"'
        return f'Bearer realm="http://{self.server.registry.host}/token",service="registry"'

    def _named(self) -> str | None:
        """Return the user whose password was given."""
        kind, _, given = self.headers.get("Authorization", "").partition(" ")
        user, _, password = base64.b64decode(given).decode().partition(":") if kind == "Basic" else ("", "", "")
        return user if password and self.server.registry.users.get(user) == password else None

    def _user(self) -> str | None:
        registry = self.server.registry
        if registry.auth == "none":
            return ""
        if registry.auth == "basic":
            return self._named()
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.removeprefix(f"{TOKEN}-") if kind == "Bearer" and token.startswith(TOKEN) else None

    def _token(self, scope: str) -> None:
        user = self._named()
        if user is None or not scope.startswith("repository:"):
            self._reply(401)
        else:
            self._reply(200, body=json.dumps({"token": f"{TOKEN}-{user}"}).encode())

    def _place(self, path: str) -> tuple[str, str]:
        repository, _, tag = path.removeprefix("/v2/").rpartition("/manifests/")
        return repository, tag

    def _get(self, path: str) -> None:
        manifest = self.server.registry.manifests.get(self._place(path))
        if manifest is None:
            self._reply(404)
            return
        headers = {"Docker-Content-Digest": digest(manifest)} if self.server.registry.tells_digest else {}
        self._reply(200, headers, manifest)

    def _put(self, path: str, body: bytes, *, may: bool) -> None:
        if may:
            self.server.registry.hold(*self._place(path), body)
        self._reply(201 if may else 401)

    def _reply(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    def __init__(self, registry: Registry) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.registry = registry


@contextmanager
def serving(registry: Registry) -> Iterator[Registry]:
    """Run a registry until the end of the block."""
    with _Server(registry) as server:
        registry.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()
