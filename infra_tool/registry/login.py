"""Credentials for registries, as docker's `config.json` keeps them."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from infra_tool import proc, reference
from infra_tool.errors import UsageError

HUB_KEY = "https://index.docker.io/v1/"
PROGRAM = "docker-credential-"
KEY = re.compile(r"(?:https?://)?(?P<host>[^/]+)(?:/.*)?")


class Login(NamedTuple):
    """Who asks: a name, and the Basic authorization that holds name and token."""

    user: str
    basic: str

    def __repr__(self) -> str:
        """Name the user only."""
        return f"<login of {self.user}>"


@dataclass(frozen=True)
class Logins:
    """The `auths` of a docker configuration, never shown, and the credential helpers that it names.

    `helpers` are programs by registry, `store` is the one for all others: NAME stands for docker-credential-NAME.
    """

    auths: Mapping[str, object] = field(default_factory=dict, repr=False)
    helpers: Mapping[str, object] = field(default_factory=dict)
    store: str | None = None

    def of(self, host: str) -> Login | None:
        """Return the login for a registry, None when there is none that can be read.

        Raises ToolMissingError when the configuration names a helper for this registry that is not installed.
        """
        store = self.store if self.store and proc.is_installed(f"{PROGRAM}{self.store}") else None
        helper = self.helpers.get(host) or store
        if isinstance(helper, str) and (login := _helped(helper, host)):
            return login
        for key, entry in self.auths.items():
            named = KEY.fullmatch(key)
            name = reference.HUB if key == HUB_KEY else named["host"] if named else key
            if name == host and isinstance(entry, dict) and (login := _login(entry)):
                return login
        return None

    def config(self) -> bytes:
        """Return the content of a docker `config.json` that holds these and nothing else."""
        return json.dumps({"auths": self.auths}).encode()


def from_text(text: str, host: str) -> Logins:
    """Read what a variable holds: a docker `config.json`, or USER:TOKEN for the registry `host`.

    Raises UsageError, without the text, for anything else.
    """
    text = text.strip()
    if text.startswith("{"):
        what = "the registry credential"
        return Logins(_auths(_config(text, what), what))
    user, colon, token = text.partition(":")
    if not (user and colon and token) or any(sign.isspace() for sign in text):
        raise UsageError("the registry credential cannot be read", hint="USER:TOKEN, or a docker config.json")
    auth = base64.b64encode(text.encode()).decode()
    return Logins({HUB_KEY if host == reference.HUB else host: {"auth": auth}})


def from_files(environ: Mapping[str, str], home: Path) -> Logins:
    """Read the docker configuration of the user; none where there is no such file.

    Raises UsageError for a file that is no docker configuration.
    """
    directory = environ.get("DOCKER_CONFIG")
    path = (Path(directory) if directory else home / ".docker") / "config.json"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Logins()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {type(error).__name__}", path=str(path)) from None
    config = _config(text, str(path))
    helpers, store = config.get("credHelpers"), config.get("credsStore")
    return Logins(
        _auths({"auths": {}, **config}, str(path)),
        helpers if isinstance(helpers, dict) else {},
        store if isinstance(store, str) else None,
    )


def _config(text: str, what: str) -> Mapping[str, object]:
    try:
        config = json.loads(text)
    except json.JSONDecodeError:
        raise UsageError(f"{what} is not JSON") from None
    return config if isinstance(config, dict) else {"auths": None}


def _auths(config: Mapping[str, object], what: str) -> Mapping[str, object]:
    auths = config.get("auths")
    if not isinstance(auths, dict):
        raise UsageError(f"{what} is no docker configuration", hint='{"auths": {"HOST": {"auth": ...}}}')
    return auths


def _helped(helper: str, host: str) -> Login | None:
    """Ask a credential helper, as github.com/docker/docker-credential-helpers describes; None when it knows nothing.

    An identity token, whose user is `<token>`, is no name and password.
    """
    server = HUB_KEY if host == reference.HUB else host
    done = proc.run((f"{PROGRAM}{helper}", "get"), stdin=server.encode(), ok=None, secret=True)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return None
    user, secret = (found.get("Username"), found.get("Secret")) if isinstance(found, dict) else (None, None)
    if done.status != 0 or not (isinstance(user, str) and isinstance(secret, str)) or user in {"", "<token>"}:
        return None
    return _login({"username": user, "password": secret})


def _login(entry: Mapping[str, object]) -> Login | None:
    """Read an entry: `auth` is the base64 of USER:TOKEN; without it `username` and `password` stand by themselves."""
    auth, user, password = entry.get("auth"), entry.get("username"), entry.get("password")
    if not (isinstance(auth, str) and auth):
        if not (isinstance(user, str) and isinstance(password, str) and user and password):
            return None
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    try:
        name = base64.b64decode(auth, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Login(name, f"Basic {auth}")
