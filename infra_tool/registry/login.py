"""Credentials for registries, as docker's `config.json` keeps them."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from infra_tool import reference
from infra_tool.errors import UsageError

HUB_KEY = "https://index.docker.io/v1/"
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
    """The `auths` of a docker configuration; never shown."""

    auths: Mapping[str, object] = field(default_factory=dict, repr=False)

    def of(self, host: str) -> Login | None:
        """Return the login for a registry, None when there is none that can be read."""
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
        return Logins(_auths(text, "the registry credential"))
    user, colon, token = text.partition(":")
    if not (user and colon and token) or any(sign.isspace() for sign in text):
        raise UsageError("the registry credential cannot be read", hint="USER:TOKEN, or a docker config.json")
    auth = base64.b64encode(text.encode()).decode()
    return Logins({HUB_KEY if host == reference.HUB else host: {"auth": auth}})


def from_files(environ: Mapping[str, str], home: Path) -> Logins:
    """Read the docker configuration of the user; none where there is no such file.

    Credential helpers are not asked. Raises UsageError for a file that is no docker configuration.
    """
    directory = environ.get("DOCKER_CONFIG")
    path = (Path(directory) if directory else home / ".docker") / "config.json"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Logins()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {type(error).__name__}", path=str(path)) from None
    return Logins(_auths(text, str(path), optional=True))


def _auths(text: str, what: str, *, optional: bool = False) -> Mapping[str, object]:
    try:
        config = json.loads(text)
    except json.JSONDecodeError:
        raise UsageError(f"{what} is not JSON") from None
    auths = config.get("auths", {} if optional else None) if isinstance(config, dict) else None
    if not isinstance(auths, dict):
        raise UsageError(f"{what} is no docker configuration", hint='{"auths": {"HOST": {"auth": ...}}}')
    return auths


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
