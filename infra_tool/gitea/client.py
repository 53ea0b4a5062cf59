"""Talk to a Gitea by its API, with a token that is sent to no other place.

https://docs.gitea.com/api/1.26/ has the calls. A private authority is trusted by SSL_CERT_FILE, as Python and curl do.
"""

import json
import ssl
from http.client import HTTPException
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from infra_tool.errors import InfraToolError, UsageError
from infra_tool.gitea import address
from infra_tool.registry import is_loopback

TIMEOUT = 60
MAX_REPLY = 16 << 20
NOT_FOUND = 404
PAGE = 50
"""How many entries of a list are asked for at once; Gitea gives no more than 50 unless it is configured to."""


class Answer(NamedTuple):
    """What Gitea says: the status, and the value of the JSON; None where there is none."""

    status: int
    value: object


class _NoRedirect(HTTPRedirectHandler):
    """Follow nothing: a token is for the server that was named."""

    def redirect_request(self, *_: object) -> None:
        """Refuse."""


class Client:
    """The API of one server; the token is never shown."""

    def __init__(self, base: str, token: str, *, plain: bool = False) -> None:
        """Talk to `base`, over plain HTTP only on this machine itself, or where `plain` allows it.

        Raises UsageError for another address, and for a token that is none.
        """
        url = address.check(base)
        is_local = is_loopback(url.netloc)
        if url.scheme == "http" and not (is_local or plain):
            raise UsageError(
                f"{url.netloc} would get the token over a connection that is not encrypted",
                hint="--url https://HOST, or --plain-http where that is what you want",
            )
        if not token.strip() or not token.strip().isprintable() or not token.isascii():
            raise UsageError("the token for Gitea is empty or no token", hint="Settings, Applications, in Gitea")
        self.base = base.rstrip("/")
        self._token = token.strip()
        self._opener: OpenerDirector = build_opener(_NoRedirect, *([ProxyHandler({})] if is_local else []))

    def __repr__(self) -> str:
        """Name the server only."""
        return f"<Gitea at {self.base}>"

    def get(self, *path: str) -> object:
        """Return the value at a path, None where there is nothing; raises InfraToolError as `send` does."""
        return self.send("GET", path).value

    def listed(self, *path: str) -> list[dict[str, object]]:
        """Return all entries of a list, of every page of it."""
        found: list[dict[str, object]] = []
        page = 1
        while True:
            value = self.send("GET", path, query=f"?limit={PAGE}&page={page}").value
            entries = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
            new = [entry for entry in entries if entry not in found]
            found += new
            if not new:
                return found
            page += 1

    def send(self, method: str, path: tuple[str, ...], body: object = None, *, query: str = "") -> Answer:
        """Send a call and return the answer; one that says 404 has no value, and is no error of a GET.

        Raises InfraToolError when the server cannot be reached, does not let this token do it, or refuses the values.
        """
        where = "/".join(quote(part, safe="") for part in path)
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.base}/api/v1/{where}{query}", data, headers, method=method)  # noqa: S310 -- checked above
        request.add_unredirected_header("Authorization", f"token {self._token}")
        try:
            with self._opener.open(request, timeout=TIMEOUT) as reply:
                return Answer(reply.status, self._value(reply.read(MAX_REPLY)))
        except HTTPError as error:
            with error:
                if error.code == NOT_FOUND and method == "GET":
                    return Answer(NOT_FOUND, None)
                raise self._refusal(error, f"{method} {where}") from None
        except (OSError, HTTPException) as error:
            raise self._unreachable(error) from None

    def _value(self, data: bytes) -> object:
        try:
            return json.loads(data) if data.strip() else None
        except ValueError:
            raise InfraToolError(
                f"{self.base} does not answer as a Gitea does", hint="--url names the address of its pages"
            ) from None

    def _unreachable(self, error: OSError | HTTPException) -> InfraToolError:
        reason = error.reason if isinstance(error, URLError) else error
        hint = None
        if isinstance(reason, ssl.SSLCertVerificationError):
            reason, hint = reason.verify_message, "SSL_CERT_FILE names the file with the authority of the server"
        return InfraToolError(f"cannot reach {self.base}: {reason or type(error).__name__}", hint=hint)

    def _refusal(self, error: HTTPError, call: str) -> InfraToolError:
        """Return what the server said; its words are about names and rights, never about values."""
        said = _message(error.read(MAX_REPLY))
        if error.code == 401:  # noqa: PLR2004 -- HTTP's
            return InfraToolError(f"{self.base} does not know the token", hint="it may have expired; make a new one")
        hints = {
            403: "the token needs write:repository and write:user; write:organization where one owns the app repos",
            404: "is there such a repo, and may this token see it?",
        }
        words = f": {said}" if said else ""
        return InfraToolError(f"{call}: {self.base} answered {error.code}{words}", hint=hints.get(error.code))


def _message(data: bytes) -> str:
    """Return the first line of what Gitea says went wrong."""
    try:
        value = json.loads(data)
    except ValueError:
        return ""
    said = value.get("message") if isinstance(value, dict) else None
    return " ".join(said.split())[:300] if isinstance(said, str) else ""
