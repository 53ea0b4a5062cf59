"""Look an image up in its registry.

The protocol is that of github.com/opencontainers/distribution-spec, its tokens those of github.com/distribution.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from infra_tool import reference
from infra_tool.errors import InfraToolError
from infra_tool.reference import Reference
from infra_tool.registry.login import Login, Logins

ACCEPTED = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
HUB_API = "registry-1.docker.io"
PARAMETER = re.compile(r'(\w+)="([^"]*)"')
TIMEOUT = 30
MAX_REPLY = 4 << 20
NOT_FOUND = 404
REFUSED = (401, 403)
SCHEMES = {True: "http", False: "https"}
"""How a registry is spoken to, by whether it is on this machine itself; docker does the same."""


class NoAccessError(InfraToolError):
    """A registry does not let somebody read an image (exit 3)."""


def find_digest(image: Reference, logins: Logins, timeout: float = TIMEOUT) -> str | None:
    """Return the digest that the registry has for the tag (or digest) of an image; None when it has no such image.

    `timeout` is in seconds. Raises NoAccessError when the registry wants another credential, InfraToolError when it
    cannot be reached or does not answer.
    """
    return _Session(image, logins.of(image.registry), timeout).find()


class _Challenge(NamedTuple):
    """What a registry wants before it answers: `basic` or `bearer`, and where a token comes from."""

    kind: str
    parameters: dict[str, str]


class _Session:
    """A dialogue about one image."""

    def __init__(self, image: Reference, login: Login | None, timeout: float) -> None:
        self.image = image
        self.login = login
        self.timeout = timeout
        self.host = image.registry
        self.is_local = is_loopback(self.host)
        api = HUB_API if self.host == reference.HUB else self.host
        self.url = (
            f"{SCHEMES[self.is_local]}://{api}/v2/{image.repository}/manifests/{image.digest or image.tag or 'latest'}"
        )
        self.opener: OpenerDirector = build_opener(*([ProxyHandler({})] if self.is_local else []))

    def find(self) -> str | None:
        answer = self._ask("HEAD")
        if answer is None or answer:
            return answer
        # A registry may leave the header out; the digest is that of the manifest's own bytes.
        return self._ask("GET") or None

    def _ask(self, method: str) -> str | None:
        """Return the digest, "" for a reply that does not tell it, None for no such image."""
        authorization: str | None = None
        for _ in range(2):
            try:
                with self._open(self.url, method, authorization) as reply:
                    return _digest(reply)
            except HTTPError as error:
                with error:
                    if error.code == NOT_FOUND:
                        return None
                    challenge = _challenge(error)
                    if authorization is not None or error.code not in REFUSED or challenge is None:
                        raise self._refusal(error) from None
            authorization = self._authorization(challenge)
        raise AssertionError

    def _authorization(self, challenge: _Challenge) -> str:
        if challenge.kind == "basic":
            if self.login is None:
                raise self._no_access()
            return self.login.basic
        realm = challenge.parameters.get("realm", "")
        if urlsplit(realm).scheme != "https" and not self.is_local:
            raise InfraToolError(f"{self.host} wants its credential sent over a connection that is not encrypted")
        query = {"scope": f"repository:{self.image.repository}:pull"}
        if service := challenge.parameters.get("service"):
            query["service"] = service
        url = f"{realm}{'&' if '?' in realm else '?'}{urlencode(query)}"
        try:
            with self._open(url, "GET", self.login.basic if self.login else None) as reply:
                return f"Bearer {_token(reply.read(MAX_REPLY))}"
        except HTTPError as error:
            with error:
                raise self._refusal(error) from None
        except ValueError:
            raise InfraToolError(f"{self.host} gave no token that can be read") from None

    @contextmanager
    def _open(self, url: str, method: str, authorization: str | None) -> Iterator[HTTPResponse]:
        request = Request(url, method=method, headers={"Accept": ", ".join(ACCEPTED)})  # noqa: S310 -- http or https
        if authorization:
            # Not sent on to where a redirect leads.
            request.add_unredirected_header("Authorization", authorization)
        try:
            with self.opener.open(request, timeout=self.timeout) as reply:
                yield reply
        except HTTPError:
            raise
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise InfraToolError(f"cannot reach the registry {self.host}: {reason or type(error).__name__}") from None

    def _refusal(self, error: HTTPError) -> InfraToolError:
        if error.code in REFUSED:
            return self._no_access()
        return InfraToolError(f"the registry {self.host} answered {error.code} {error.reason}".rstrip())

    def _no_access(self) -> NoAccessError:
        if self.login is None:
            hint = "BUILDKIT_REGISTRY_AUTH or DOCKER_CONFIG/config.json holds one"
            return NoAccessError(f"{self.host} wants a credential for {self.image.repository}", hint=hint)
        return NoAccessError(
            f"{self.host} does not let {self.login.user} read {self.image.repository}",
            hint="the token may have expired, or lack the right to read packages",
        )


def is_loopback(host: str) -> bool:
    """Tell whether a registry is on this machine itself."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _digest(reply: HTTPResponse) -> str:
    told = reply.headers.get("Docker-Content-Digest", "")
    if reference.is_digest(told):
        return told
    body = reply.read(MAX_REPLY)
    return f"sha256:{hashlib.sha256(body).hexdigest()}" if body else ""


def _challenge(error: HTTPError) -> _Challenge | None:
    """Return the challenge that can be met; a registry may offer several."""
    offers: list[str] = error.headers.get_all("WWW-Authenticate") or []
    for wanted in ("bearer", "basic"):
        for offer in offers:
            kind, _, rest = offer.partition(" ")
            if kind.lower() == wanted:
                return _Challenge(wanted, dict(PARAMETER.findall(rest)))
    return None


def _token(body: bytes) -> str:
    """Return the token of a token server's reply; raises ValueError when there is none."""
    read = json.loads(body)
    token = (read.get("token") or read.get("access_token")) if isinstance(read, dict) else None
    if not isinstance(token, str) or not token.isprintable():
        raise ValueError
    return token
