"""The credential with which pods pull images, as Kubernetes stores it."""

import base64
import json
from typing import NamedTuple

from infra_tool.errors import UsageError
from infra_tool.sops import Secret

KEY = ".dockerconfigjson"
STUB = Secret('{"auths":{}}')


class Login(NamedTuple):
    """A user of the registry that the configuration names, and the token that stands for a password."""

    user: str
    token: Secret


def content(credential: Login | Secret | None, registry: str | None) -> Secret:
    """Return what the pull secret holds: a login's credential, a content that is there already, or a stub.

    Raises UsageError for a login without a registry to log in to.
    """
    if not isinstance(credential, Login):
        return credential or STUB
    user, token = credential
    if not registry:
        raise UsageError("the configuration names no registry for this credential", hint="set registry in the config")
    if not user or ":" in user:
        raise UsageError("a registry user has a name without ':'")
    if not token.reveal():
        raise UsageError("the registry token is empty")
    auth = base64.b64encode(f"{user}:{token.reveal()}".encode()).decode()
    auths = {"auths": {registry: {"username": user, "password": token.reveal(), "auth": auth}}}
    return Secret(json.dumps(auths, separators=(",", ":")))


def from_config(text: str) -> Secret:
    """Return the credential in a docker `config.json`: its `auths` alone. Raises UsageError when it has none."""
    try:
        read = json.loads(text)
    except json.JSONDecodeError:
        raise UsageError("the docker configuration is not JSON") from None
    auths = read.get("auths") if isinstance(read, dict) else None
    if not isinstance(auths, dict) or not any(auths.values()):
        hint = "with a credential helper it holds none; use --registry-user and --registry-token-stdin"
        raise UsageError("the docker configuration holds no credential", hint=hint)
    return Secret(json.dumps({"auths": auths}, separators=(",", ":")))
