"""Where a repo lives on a Gitea server, and what must be set there once."""

import re
from typing import NamedTuple

from infra_tool import git
from infra_tool.errors import UsageError

WEB = re.compile(r"(?P<base>https?://(?P<host>[^/]+))/(?P<path>.+?)(?:\.git)?/?")
SSH = re.compile(r"ssh://(?:[^@/]+@)?(?P<host>[^/:]+)(?::\d+)?/(?P<path>.+?)(?:\.git)?/?")
SCP = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:]+):(?P<path>[^/].*?)(?:\.git)?/?")


class Place(NamedTuple):
    """A repo on a server: the address of the server's pages, its host, the owner and the name of the repo."""

    base: str
    host: str
    owner: str
    name: str


def place(url: str) -> Place | None:
    """Return where a remote lives; None for one that is no repo of an owner on a server."""
    found = WEB.fullmatch(url) or SSH.fullmatch(url) or SCP.fullmatch(url)
    if found is None:
        return None
    host = found["host"].rpartition("@")[2]
    owner, _, name = found["path"].rpartition("/")
    base = found["base"].replace(found["host"], host) if found.re is WEB else f"https://{host}"
    return Place(base, host, owner.rpartition("/")[2], name) if owner else None


def infra(url: str) -> Place:
    """Return where the infra repo lives. Raises UsageError for a URL that a deploy key cannot push to."""
    git.check_url(url)
    found = place(url)
    if found is None or WEB.fullmatch(url):
        raise UsageError(
            f"{url} is no ssh URL", hint="--infra ssh://git@HOST/OWNER/infra.git: INFRA_DEPLOY_KEY is for ssh"
        )
    return found


class Setting(NamedTuple):
    """A secret, variable or deploy key that somebody sets once: what it holds, and the call of Gitea's API.

    `field` is the field of the call's JSON body that holds the value.
    """

    kind: str
    name: str
    value: str
    method: str
    url: str
    field: str


def settings(owner: str, infra: Place, version: str) -> tuple[Setting, ...]:
    """Return what the workflow needs to be set; a user's own secrets and variables reach all repos of that user.

    https://docs.gitea.com/api/1.26/ has the calls. Those of an organisation are below /orgs/NAME instead of /user.
    """
    api = f"{infra.base}/api/v1"
    keys = f"{api}/repos/{infra.owner}/{infra.name}/keys"
    secret, variable = f"{api}/user/actions/secrets/", f"{api}/user/actions/variables/"
    calls = {
        "deploy key": ("POST", keys, "key"),
        "secret": ("PUT", secret, "data"),
        "variable": ("POST", variable, "value"),
    }
    values = (
        ("deploy key", "cd", "the public half of a key pair made for this alone, with read_only false"),
        ("secret", "INFRA_DEPLOY_KEY", "the private half of that key pair"),
        ("secret", "BUILDKIT_REGISTRY_AUTH", f"USER:TOKEN, where the token may write packages of {owner}"),
        (
            "variable",
            "INFRA_KNOWN_HOSTS",
            f"what ssh-keyscan says of {infra.host}, compared with the server's own keys",
        ),
        ("variable", "INFRA_TOOL_SPEC", f"what pip installs as infra-tool {version}; not needed where a runner has it"),
    )
    return tuple(_setting(kind, name, value, *calls[kind]) for kind, name, value in values)


def _setting(kind: str, name: str, value: str, method: str, url: str, field: str) -> Setting:
    return Setting(kind, name, value, method, f"{url}{name}" if url.endswith("/") else url, field)
