"""git over HTTP on loopback, for who knows the token: git's own http-backend behind the standard library's server."""

import base64
import gzip
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

TOKEN = "a-token-of-the-git-server"  # noqa: S105 -- nobody's

Fault = Callable[["Handler"], bool]
"""Sees a request before it is answered; True when it has dealt with it."""


class Handler(BaseHTTPRequestHandler):
    """Runs `git http-backend` as a web server does, see git-http-backend(1)."""

    server: "HttpGit"

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_GET  # noqa: N815 -- http.server's names

    def log_message(self, *_: object) -> None:
        """Keep the tests quiet."""

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        self.server.requests.append(f"{self.command} {path}")
        if self.server.fault and self.server.fault(self):
            self.close_connection = True
        elif self.headers.get("Authorization") not in self.server.allowed:
            self.reply(401, {"WWW-Authenticate": 'Basic realm="git"'})
        else:
            self._backend(path, query, self.body())

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return gzip.decompress(data) if self.headers.get("Content-Encoding") == "gzip" else data

    def _backend(self, path: str, query: str, body: bytes) -> None:
        env = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "somebody",
        }
        done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=env, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
        if done.returncode and b"report-status" in body:
            self.close_connection = True
            return
        self.reply(int(headers.pop("Status", "200").split()[0]), headers, content)

    def reply(self, status: int, headers: dict[str, str] | None = None, content: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class HttpGit(ThreadingHTTPServer):
    """Serves the repos below `root`; `fault` may be changed while it runs."""

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root = root
        self.fault: Fault | None = None
        self.requests: list[str] = []
        self.allowed = [f"Basic {base64.b64encode(f'somebody:{TOKEN}'.encode()).decode()}"]

    def url(self, repo: Path) -> str:
        return f"http://127.0.0.1:{self.server_port}/{repo.relative_to(self.root)}"


@contextmanager
def serving(root: Path) -> Iterator[HttpGit]:
    """Run a server until the end of the block."""
    with HttpGit(root) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
