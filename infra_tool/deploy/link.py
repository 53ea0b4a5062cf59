"""Where a browser shows a commit."""

import re

URL = re.compile(r"(?P<scheme>https?|ssh|git)://(?:[^@/]*@)?(?P<host>[^/:]+)(?P<port>:\d+)?/(?P<path>.+?)(?:\.git)?/?")
SCP = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:]+):(?P<path>[^/].*?)(?:\.git)?/?")


def commit_url(remote: str | None, commit: str | None, server: str | None = None) -> str | None:
    """Return the page of a commit of a remote, as Gitea and GitHub name it; None for a remote without pages.

    `server` is the address of the pages where that is known: ssh does not tell it.
    """
    found = URL.fullmatch(remote or "") or SCP.fullmatch(remote or "")
    if found is None or commit is None:
        return None
    parts = found.groupdict()
    is_web = (parts.get("scheme") or "").startswith("http")
    base = f"{parts['scheme']}://{parts['host']}{parts['port'] or ''}" if is_web else f"https://{parts['host']}"
    if server and re.sub(r"^https?://|[:/].*$", "", server) == parts["host"]:
        base = server.rstrip("/")
    return f"{base}/{parts['path']}/commit/{commit}"
