"""The API of a real Kubernetes: kube-apiserver on kine, and a small client of it."""

import http.client
import json
import secrets
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from rig.process import Part, Process, ports, wait

MANAGER = "rig"
STARTS = 120.0
"""Seconds until the API server answers; it takes about eight where nothing else runs."""

Document = Mapping[str, Any]


class Answer(NamedTuple):
    """What the API server says to one request."""

    status: int
    body: dict[str, Any]

    @property
    def is_ok(self) -> bool:
        return self.status < 300

    @property
    def message(self) -> str:
        return str(self.body.get("message", "")) if not self.is_ok else ""


class Kube:
    """A client of one API server, allowed everything; `parts` are what its waits depend on."""

    def __init__(self, place: Path, port: int, token: str) -> None:
        self.url = f"https://127.0.0.1:{port}"
        self.authority = place / "pki" / "apiserver.crt"
        self.signing_key = place / "sa.key"
        self.config = place / "kubeconfig"
        self.parts: list[Part] = []
        self._port = port
        self._token = token
        self._connection: http.client.HTTPSConnection | None = None
        self._kinds: dict[str, dict[str, tuple[str, bool]]] = {}
        self.config.write_text(json.dumps(_kubeconfig(self.url, self.authority, token)), encoding="utf-8")
        self.config.chmod(0o600)

    def ask(
        self, method: str, path: str, body: object = None, content_type: str = "application/json", **query: str
    ) -> Answer:
        """Send a request; one that fails because an idle connection was closed meanwhile is sent again."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": content_type, "Accept": "application/json"}
        data = None if body is None else json.dumps(body)
        target = f"{path}?{urlencode(query)}" if query else path
        for attempt in range(2):
            try:
                connection = self._open()
                connection.request(method, target, data, headers)
                response = connection.getresponse()
                return Answer(response.status, _object(response.read()))
            except (http.client.HTTPException, OSError):
                self.close()
                if attempt:
                    raise
        raise AssertionError

    def _open(self) -> http.client.HTTPSConnection:
        if self._connection is None:
            context = ssl.create_default_context(cafile=str(self.authority))
            self._connection = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=60, context=context)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def is_ready(self) -> bool:
        try:
            return self.authority.exists() and self.ask("GET", "/readyz").is_ok
        except OSError:
            return False

    def path(self, api_version: str, kind: str, namespace: str = "default", name: str = "") -> str | None:
        """Return the path of objects of a kind, or of one; None when the server has no such kind."""
        base = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        known = self._kinds.get(api_version)
        if known is None or kind not in known:
            resources = self.ask("GET", base).body.get("resources", ())
            known = {one["kind"]: (one["name"], one["namespaced"]) for one in resources if "/" not in one["name"]}
            self._kinds[api_version] = known
        if kind not in known:
            return None
        plural, is_namespaced = known[kind]
        inside = f"/namespaces/{quote(namespace, safe='')}" if is_namespaced else ""
        return f"{base}{inside}/{plural}" + (f"/{quote(name, safe='')}" if name else "")

    def apply(self, document: Document, *, dry: bool = False, namespace: str = "default") -> Answer:
        """Apply an object as Flux does: on the server's side, by force; `dry` has the server only judge it."""
        api_version, kind = str(document.get("apiVersion")), str(document.get("kind"))
        metadata = document.get("metadata") or {}
        path = self.path(api_version, kind, metadata.get("namespace", namespace), metadata["name"])
        if path is None:
            return Answer(404, {"message": f'no matches for kind "{kind}" in version "{api_version}"'})
        query = {"fieldManager": MANAGER, "force": "true", **({"dryRun": "All"} if dry else {})}
        return self.ask("PATCH", path, document, "application/apply-patch+yaml", **query)

    def get(self, api_version: str, kind: str, name: str, namespace: str = "default") -> dict[str, Any] | None:
        """Return an object; None when there is none."""
        path = self.path(api_version, kind, namespace, name)
        answer = self.ask("GET", path) if path is not None else Answer(404, {})
        assert answer.is_ok or answer.status == 404, answer
        return answer.body if answer.is_ok else None

    def list(self, api_version: str, kind: str, namespace: str = "default") -> list[dict[str, Any]]:
        path = self.path(api_version, kind, namespace)
        return list(self.ask("GET", path).body.get("items", ())) if path is not None else []

    def delete(self, api_version: str, kind: str, name: str, namespace: str = "default") -> None:
        path = self.path(api_version, kind, namespace, name)
        answer = self.ask("DELETE", path) if path is not None else Answer(404, {})
        assert answer.is_ok or answer.status == 404, answer

    def has(self, namespaces: Iterable[str]) -> None:
        """See that namespaces exist, each with the ServiceAccount that a controller would make."""
        for name in namespaces:
            for one in (
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
                {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}},
            ):
                answer = self.apply(one)
                assert answer.is_ok, answer


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"message": data.decode(errors="replace")}


def _kubeconfig(url: str, authority: Path, token: str) -> Document:
    """Return the file by which kubectl and the controllers find the server; JSON is YAML."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "rig",
        "clusters": [{"name": "rig", "cluster": {"server": url, "certificate-authority": str(authority)}}],
        "users": [{"name": "rig", "user": {"token": token}}],
        "contexts": [{"name": "rig", "context": {"cluster": "rig", "user": "rig"}}],
    }


def _keys(place: Path) -> str:
    """Make the key with which tokens of ServiceAccounts are signed, and return the token of the one user."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (place / "sa.key").write_bytes(key.private_bytes(*private))
    (place / "sa.pub").write_bytes(key.public_key().public_bytes(*public))
    token = secrets.token_hex()
    (place / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n', encoding="utf-8")
    return token


def _kine(place: Path, port: int) -> list[str]:
    options = "_journal_mode=WAL&_busy_timeout=30000&_synchronous=NORMAL&_txlock=immediate"
    return [
        "kine",
        f"--listen-address=127.0.0.1:{port}",
        f"--endpoint=sqlite://{place}/state.db?{options}",
        "--metrics-bind-address=0",
    ]


def _server(place: Path, store: int, port: int) -> list[str]:
    return [
        "kube-apiserver",
        f"--etcd-servers=http://127.0.0.1:{store}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={place}/pki",
        "--service-cluster-ip-range=10.43.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={place}/sa.pub",
        f"--service-account-signing-key-file={place}/sa.key",
        f"--token-auth-file={place}/tokens.csv",
        "--authorization-mode=Node,RBAC",
        "--allow-privileged=true",
        "--profiling=false",
        "--event-ttl=15m",
    ]


@contextmanager
def serving(place: Path, programs: Path) -> Iterator[Kube]:
    """Run an API server with an empty store under `place`."""
    place.mkdir(mode=0o700)
    store, port = ports(2)
    kube = Kube(place, port, _keys(place))
    with (
        Process(programs, _kine(place, store), place / "kine.log") as kine,
        Process(programs, _server(place, store, port), place / "apiserver.log") as server,
    ):
        kube.parts += (kine, server)
        wait(kube.is_ready, "the API server", *kube.parts, seconds=STARTS)
        kube.has(["default"])
        yield kube
        kube.close()
