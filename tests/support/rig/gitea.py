"""A real Gitea on loopback, with its ssh server, its container registry and its actions, and a client of its API."""

import base64
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from rig import programs
from rig.process import Part, Process, ports, wait

from infra_tool import proc

STARTS = 120.0
"""Seconds until it answers; it takes about two where nothing else runs."""

ANSWERS = 60.0
BROKEN = 500
AGAIN = (0.2, 1.0, 3.0)
"""Seconds until a look is taken again: Gitea 1.26 may panic over a file of a branch that was pushed this moment."""

RUNS = 600.0
"""Seconds until a workflow is through."""

CONFIG = """\
RUN_MODE = prod
RUN_USER = {user}
WORK_PATH = {place}
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
[server]
PROTOCOL = http
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
DOMAIN = 127.0.0.1
ROOT_URL = http://127.0.0.1:{port}/
LOCAL_ROOT_URL = http://127.0.0.1:{port}/
STATIC_ROOT_PATH = {share}
START_SSH_SERVER = true
SSH_DOMAIN = 127.0.0.1
SSH_PORT = {ssh_port}
SSH_LISTEN_HOST = 127.0.0.1
SSH_LISTEN_PORT = {ssh_port}
BUILTIN_SSH_SERVER_USER = git
SSH_USER = git
OFFLINE_MODE = true
LFS_START_SERVER = false
[database]
DB_TYPE = sqlite3
PATH = {place}/gitea.db
SQLITE_JOURNAL_MODE = WAL
SQLITE_TIMEOUT = 30000
[security]
INSTALL_LOCK = true
SECRET_KEY = {secret}
[service]
DISABLE_REGISTRATION = true
[actions]
ENABLED = true
DEFAULT_ACTIONS_URL = self
[packages]
ENABLED = true
[webhook]
ALLOWED_HOST_LIST = loopback,private
[indexer]
ISSUE_INDEXER_TYPE = db
REPO_INDEXER_ENABLED = false
[cron.update_checker]
ENABLED = false
[mailer]
ENABLED = false
[log]
MODE = console
LEVEL = Warn
"""

Visibility = Literal["public", "private"]


class Answer(NamedTuple):
    """What Gitea says to one request."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def is_ok(self) -> bool:
        return self.status < 300


class Job(NamedTuple):
    """A job of a run: its conclusion and its log."""

    name: str
    conclusion: str
    log: str


class Gitea:
    """The server; `parts` are what its waits depend on."""

    def __init__(self, place: Path, port: int, ssh_port: int) -> None:
        self.place = place
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}"
        self.ssh = f"ssh://git@127.0.0.1:{ssh_port}"
        self.parts: list[Part] = []
        self.password = secrets.token_hex(16)
        self.admin = User(self, "admin", self.password)
        self._ssh_port = ssh_port
        self._users = 0

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a request; `path` is below the server's address."""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, dict(headers or {}), method=method)  # noqa: S310
        if data is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=ANSWERS) as response:  # noqa: S310 -- http, on loopback
                return Answer(response.status, _value(response.read()), response.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _value(error.read()), error.headers)

    def is_ready(self) -> bool:
        try:
            return self.ask("GET", "/api/healthz").is_ok
        except OSError:
            return False

    @property
    def known_hosts(self) -> str:
        """Return what a known_hosts file says of its ssh server."""
        key = (self.place / "data/ssh/gitea.rsa.pub").read_text(encoding="utf-8")
        return f"[127.0.0.1]:{self._ssh_port} {key}"

    def user(self, visibility: Visibility = "private") -> "User":
        """Make a user, whose repos and packages are no other test's."""
        self._users += 1
        name, password = f"owner{self._users}", secrets.token_hex(16)
        about = {"username": name, "password": password, "email": f"{name}@rig.invalid", "must_change_password": False}
        self.admin.do("POST", "/admin/users", {**about, "visibility": visibility})
        return User(self, name, password)

    def runner_token(self) -> str:
        """Return what registers a runner for all repos."""
        return str(self.admin.do("POST", "/admin/actions/runners/registration-token")["token"])

    def wait(self, condition: Any, what: str, seconds: float = RUNS) -> Any:  # noqa: ANN401 -- as its condition
        return wait(condition, what, *self.parts, seconds=seconds)


class User:
    """Somebody who owns repos and packages."""

    def __init__(self, gitea: Gitea, name: str, password: str) -> None:
        self.gitea = gitea
        self.name = name
        self._basic = basic(name, password)
        self._token = ""

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Send a request to the API."""
        self._token = self._token or self.token("all")
        return self.gitea.ask(method, f"/api/v1{path}", body, {"Authorization": f"token {self._token}"})

    def do(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 -- JSON
        """Send a request that must not fail and return what it answers."""
        answer = self.ask(method, path, body)
        for pause in AGAIN if method == "GET" else ():
            if answer.status < BROKEN:
                break
            time.sleep(pause)
            answer = self.ask(method, path, body)
        assert answer.is_ok, "\n".join(
            (f"{method} {path}: {answer.status} {answer.body}", *(part.tail() for part in self.gitea.parts))
        )
        return answer.body

    def token(self, *scopes: str) -> str:
        """Return a new token for what `scopes` say."""
        about = {"name": secrets.token_hex(8), "scopes": scopes}
        answer = self.gitea.ask("POST", f"/api/v1/users/{self.name}/tokens", about, {"Authorization": self._basic})
        assert answer.is_ok, answer
        return str(answer.body["sha1"])

    def secret(self, name: str, value: str) -> None:
        """Set a secret for the workflows of all repos."""
        self.do("PUT", f"/user/actions/secrets/{name}", {"data": value})

    def variable(self, name: str, value: str) -> None:
        """Set a variable for the workflows of all repos."""
        self.do("POST", f"/user/actions/variables/{name}", {"value": value})

    def repo(self, name: str) -> "Repo":
        """Make a private repo that holds nothing."""
        self.do("POST", "/user/repos", {"name": name, "private": True, "default_branch": "main"})
        return Repo(self, name)

    @property
    def login(self) -> str:
        """Return name and token, as git and registries take them."""
        self._token = self._token or self.token("all")
        return f"{self.name}:{self._token}"


class Repo:
    """A repo, seen by its owner."""

    def __init__(self, owner: User, name: str) -> None:
        self.owner = owner
        self.name = name
        self.path = f"/repos/{owner.name}/{name}"
        gitea = owner.gitea
        self.ssh = f"{gitea.ssh}/{owner.name}/{name}.git"
        self.url = f"http://{owner.login}@{gitea.host}/{owner.name}/{name}.git"
        """With the credential of the owner."""

    def do(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 -- JSON
        return self.owner.do(method, f"{self.path}{path}", body)

    def deploy_key(self, public: str, *, read_only: bool = False) -> None:
        self.do("POST", "/keys", {"title": secrets.token_hex(4), "key": public, "read_only": read_only})

    def protect(self, *patterns: str) -> None:
        """Keep main from force pushes and from changes of what matches; the owner and deploy keys may push."""
        rule = {
            "rule_name": "main",
            "enable_push": True,
            "enable_push_whitelist": True,
            "push_whitelist_usernames": [self.owner.name],
            "push_whitelist_deploy_keys": True,
            "protected_file_patterns": ";".join(patterns),
        }
        self.do("POST", "/branch_protections", rule)

    def know(self, sha: str, branch: str = "main") -> None:
        """Wait until the API knows what was pushed, a little after git does; some calls fail for an empty repo."""

        def is_known() -> bool:
            if self.do("GET", "")["empty"]:
                return False
            answer = self.owner.ask("GET", f"{self.path}/branches/{branch}")
            return answer.is_ok and answer.body["commit"]["id"] == sha

        self.owner.gitea.wait(is_known, f"{sha} on {branch} of {self.owner.name}/{self.name}")

    def tip(self, branch: str = "main") -> str:
        """Return the commit of a branch, as git sees it."""
        told = proc.run(("git", "ls-remote", "--exit-code", self.url, f"refs/heads/{branch}"))
        return told.stdout.decode().partition("\t")[0]

    def file(self, path: str, ref: str = "main") -> str:
        """Return the text of a file."""
        found = self.do("GET", f"/contents/{quote(path)}?ref={ref}")
        return base64.b64decode(found["content"]).decode()

    def run(self, sha: str, event: str = "push", attempt: int = 0) -> dict[str, Job]:
        """Return the jobs of the newest run that an event of a commit started, by name, when all of them have ended.

        Of pushes in a row Gitea may start several runs for the last commit. A job that is cancelled before it began has
        made no attempt.
        """

        seen: list[Any] = []

        def jobs() -> Any:  # noqa: ANN401 -- JSON
            runs = self.do("GET", f"/actions/runs?event={event}&head_sha={sha}")["workflow_runs"] or ()
            seen[:] = [self.do("GET", f"/actions/runs/{run['id']}/jobs")["jobs"] for run in runs[:1]]
            ended = [job["status"] == "completed" and job["run_attempt"] >= attempt for jobs in seen for job in jobs]
            return seen and all(ended) and seen[0]

        try:
            found = self.owner.gitea.wait(jobs, f"the run of {self.owner.name}/{self.name} for {event} {sha}")
        except AssertionError as error:
            error.add_note(f"seen at last: {seen}")
            raise
        return {job["name"]: Job(job["name"], job["conclusion"], self._log(job)) for job in found}

    def _log(self, job: Mapping[str, Any]) -> str:
        answer = self.owner.ask("GET", f"{self.path}/actions/jobs/{job['id']}/logs")
        return answer.body if answer.is_ok and isinstance(answer.body, str) else ""


def basic(name: str, password: str) -> str:
    """Return the header by which somebody logs in."""
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


def _value(data: bytes) -> Any:  # noqa: ANN401 -- JSON
    """Return what an answer holds, as text where it is no JSON."""
    try:
        return json.loads(data) if data else None
    except ValueError:
        return data.decode(errors="replace")


def _once(place: Path, *arguments: str) -> None:
    """Run one of its administrative commands to the end."""
    command = ("gitea", "-c", str(place / "app.ini"), *arguments)
    with Process(programs.BIN, command, place / "setup.log") as process:
        assert process.status(STARTS) == 0, process.tail()


@contextmanager
def serving(place: Path, user: str) -> Iterator[Gitea]:
    """Run a Gitea that holds nothing under `place`, as the system's `user`."""
    place.mkdir(mode=0o700)
    port, ssh_port = ports(2)
    gitea = Gitea(place, port, ssh_port)
    config = place / "app.ini"
    values = {"place": place, "port": port, "ssh_port": ssh_port, "user": user, "secret": secrets.token_hex(32)}
    config.write_text(CONFIG.format(**values, share=programs.share("gitea")), encoding="utf-8")
    _once(place, "migrate")
    admin = ("--admin", "--username", "admin", "--password", gitea.password, "--email", "admin@rig.invalid")
    _once(place, "admin", "user", "create", *admin, "--must-change-password=false")
    with Process(programs.BIN, ("gitea", "-c", str(config), "web"), place / "gitea.log") as process:
        gitea.parts.append(process)
        gitea.wait(gitea.is_ready, "Gitea", STARTS)
        yield gitea
