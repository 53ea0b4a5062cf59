"""A server that answers the calls of Gitea's API as far as they are used, on loopback; tests read what it holds."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Entry = dict[str, Any]
Reply = tuple[int, Any]
MISSING: Reply = (404, {"message": "The target couldn't be found."})


@dataclass
class Gitea:
    """What the server holds: one repo, team/infra, seen by a user whose token is known."""

    user: str = "team"
    token: str = "c4n4v6m"  # noqa: S105 -- nobody's
    organisations: set[str] = field(default_factory=set)
    keys: list[Entry] = field(default_factory=list)
    hooks: list[Entry] = field(default_factory=list)
    protections: dict[str, Entry] = field(default_factory=dict)
    pulls: set[str] = field(default_factory=set)
    comments: list[Entry] = field(default_factory=list)
    branches: set[str] = field(default_factory=lambda: {"main"})
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    variables: dict[tuple[str, str], str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    """Those that change something."""

    asked: list[str] = field(default_factory=list)
    """Those that came with a token, right or wrong."""

    refuses: str = ""
    """A part of the path of calls that are answered with 403."""

    tells_rights: bool = True
    url: str = ""
    _ids: int = 0

    def answer(self, method: str, path: list[str], body: Entry, page: int) -> Reply:
        if method != "GET":
            self.calls.append(f"{method} /{'/'.join(path)}")
        if self.refuses and self.refuses in path:
            return 403, {"message": "token does not have at least one of required scope(s)"}
        people = {"user": {"login": self.user}, **{f"orgs/{name}": {"name": name} for name in self.organisations}}
        if (name := "/".join(path)) in people:
            return 200, people[name]
        match path:
            case ["user" | "orgs", *owner, "actions", kind, name]:
                return self._actions(method, owner[0] if owner else self.user, kind, name, body)
            case ["orgs", owner, "actions", "secrets"]:
                return 200, [{"name": one} for who, one in self.secrets if who == owner]
            case ["repos", "team", "infra", *below]:
                return self._repo(method, below, body, page) if below else (200, {"name": "infra"})
        return MISSING

    def _actions(self, method: str, owner: str, kind: str, name: str, body: Entry) -> Reply:
        held = self.secrets if kind == "secrets" else self.variables
        place = (owner, name)
        if method == "GET":
            return (200, {"name": name, "data": held[place]}) if place in held else MISSING
        is_new = place not in held
        if kind == "variables" and is_new is (method == "PUT"):
            return MISSING if is_new else (409, {"message": "it exists"})
        held[place] = body["data" if kind == "secrets" else "value"]
        return (201 if is_new else 204), None

    def _repo(self, method: str, below: list[str], body: Entry, page: int) -> Reply:  # noqa: PLR0911 -- one a kind
        kind, *name = below
        if kind == "git":
            branch = "/".join(name[2:])
            refs = [{"ref": f"refs/heads/{one}"} for one in sorted(self.branches) if one.startswith(branch)]
            return (200, refs) if refs else MISSING
        if kind == "branch_protections":
            return self._protection(method, name, body)
        if kind in {"pulls", "issues"}:
            return self._pull(method, name, body)
        held = {"keys": self.keys, "hooks": self.hooks}[kind]
        if method == "GET":
            return 200, held[(page - 1) * 2 : page * 2]
        if method == "DELETE":
            held[:] = [one for one in held if str(one["id"]) != name[0]]
            return 204, None
        self._ids += 1
        if kind == "keys":
            if any(one["title"] == body["title"] for one in held):
                return 422, {"message": "A key with the same name already exists"}
            read_only = body["read_only"] if self.tells_rights else False
            shown = {"repository": {"name": "infra"}} if self.tells_rights else {}
            held.append({**body, **shown, "read_only": read_only, "id": self._ids})
        else:
            held.append({**body, "id": self._ids})
        return 201, held[-1]

    def _pull(self, method: str, name: list[str], body: Entry) -> Reply:
        """Answer for pull requests, and for the comments of the one there is; Gitea gives all of those at once."""
        if method == "GET" and len(name) == 1:
            return (200, {"number": name[0]}) if name[0] in self.pulls else MISSING
        if method == "GET":
            return 200, self.comments
        if method == "POST":
            self.comments.append({**body, "id": len(self.comments) + 1, "user": {"login": self.user}})
            return 201, self.comments[-1]
        (ours,) = (one for one in self.comments if str(one["id"]) == name[-1])
        ours.update(body)
        return 200, ours

    def _protection(self, method: str, name: list[str], body: Entry) -> Reply:
        if method == "POST":
            self.protections[body["rule_name"]] = body
            return 201, body
        rule = self.protections.get("/".join(name))
        if rule is None:
            return MISSING
        if method == "PATCH":
            is_whole = {"enable_push", "enable_push_whitelist"} <= body.keys()
            rule.update({key: value for key, value in body.items() if is_whole or not key.startswith("push_whitelist")})
        return 200, rule


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        gitea = self.server.gitea
        url = urlsplit(self.path)
        if "Authorization" in self.headers:
            gitea.asked.append(url.path)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self.headers.get("Authorization") != f"token {gitea.token}":
            self._reply(401, {"message": "invalid username, password or token"})
            return
        path = [unquote(part) for part in url.path.removeprefix("/api/v1/").split("/")]
        self._reply(*gitea.answer(self.command, path, body, int(parse_qs(url.query).get("page", ["1"])[0])))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 -- http.server's names

    def log_message(self, *_: object) -> None:
        """Keep the tests quiet."""

    def _reply(self, status: int, value: object) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    def __init__(self, gitea: Gitea) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.gitea = gitea


@contextmanager
def serving(gitea: Gitea, certificate: Path | None = None) -> Iterator[Gitea]:
    """Run the server until the end of the block, over TLS with a `certificate` and its key."""
    with _Server(gitea) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        gitea.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield gitea
        finally:
            server.shutdown()
            thread.join()
