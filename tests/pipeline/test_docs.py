"""The commands of docs/pipeline.md, typed as they stand."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NoReturn

import pytest

DOC = (Path(__file__).parents[2] / "docs/pipeline.md").read_text(encoding="utf-8")
HOSTS = "git.example.org ssh-ed25519 AAAA\n"
Call = tuple[str, str, str, dict[str, object]]


@pytest.fixture
def gitea() -> Iterator[tuple[str, list[Call]]]:
    """Run what answers every call of the API, and keeps them."""
    calls: list[Call] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            calls.append((self.command, self.path, self.headers["Authorization"], body))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_PUT  # noqa: N815 -- http.server's name

        def log_message(self, *_: object) -> None:
            """Keep the tests quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", calls
        server.shutdown()
        thread.join()


def test_what_is_set_once_is_set(
    gitea: tuple[str, list[Call]], tmp_path: Path, home: Path, unavailable: Callable[[str], NoReturn]
) -> None:
    if shutil.which("curl") is None:
        unavailable("no curl on this machine")
    url, calls = gitea
    (block,) = re.findall(r"^```sh\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)
    (home / ".gitea.curl").write_text('header = "Authorization: token c4n4v6m"\n')
    (tmp_path / "registry-auth").write_text("bot:t0k3n")
    (tmp_path / "ssh-keyscan").write_text(f"#!/bin/sh\nprintf '{HOSTS}'\n")
    (tmp_path / "ssh-keyscan").chmod(0o755)
    script = block.replace("https://git.example.org/api", f"{url}/api").replace("rm cd-key", "mv cd-key key; rm")
    env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "*", "no_proxy": "*"}
    done = subprocess.run(("sh", "-c", script), cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert {authorization for _, _, authorization, _ in calls} == {"token c4n4v6m"}
    assert [(method, path) for method, path, *_ in calls] == [
        ("POST", "/api/v1/repos/team/infra/keys"),
        ("PUT", "/api/v1/user/actions/secrets/INFRA_DEPLOY_KEY"),
        ("PUT", "/api/v1/user/actions/secrets/BUILDKIT_REGISTRY_AUTH"),
        ("POST", "/api/v1/user/actions/variables/INFRA_KNOWN_HOSTS"),
    ]
    deploy_key, private, auth, hosts = (body for *_, body in calls)
    assert deploy_key["read_only"] is False
    assert str(deploy_key["key"]).startswith("ssh-ed25519 ")
    assert private == {"data": (tmp_path / "key").read_text()}
    assert (auth, hosts) == ({"data": "bot:t0k3n"}, {"value": HOSTS})
