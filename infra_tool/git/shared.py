"""One ssh connection for all that a call says to a server."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra_tool import proc
from infra_tool.git.private import SOCKETS, private_directory

URL = re.compile(r"(?:git\+)?ssh(?:\+git)?://(?P<host>(?:[^@/]*@)?(?:\[[^\]/]*\]|[^/:@]+))(?::(?P<port>\d+))?/.*")
SCP = re.compile(r"(?P<host>(?:[^@/:]*@)?(?:\[[^\]/]*\]|[^/:@]+)):.*")

IDLE = 20
"""Seconds after which an unused connection ends by itself, should this process be killed."""

OPEN = (
    *("-o", "ControlMaster=yes", "-o", f"ControlPersist={IDLE}", "-o", "ClearAllForwardings=yes"),
    *("-o", "SendEnv=GIT_PROTOCOL", "-T", "-N", "-f"),
)
"""Passes on the version of the protocol that git asks for: by the old one a server may hand out no single objects."""

TIMEOUT = 30
"""Seconds to wait for the connection; git's own try, which follows then, tells why there is none."""


@contextmanager
def shared(words: Sequence[str], url: str) -> Iterator[Sequence[str]]:
    """Yield the ssh command `words`, made to go through a connection to the server of `url` that is opened here.

    Where none can be opened each call makes its own; so does one to another server, as the socket's name tells.
    """
    place = address(url)
    if place is None or not os.access(SOCKETS, os.W_OK):
        yield words
        return
    with private_directory(SOCKETS) as directory:
        through = (*words, "-o", f"ControlPath={directory}/%C")
        if not proc.quiet((*through, *OPEN, *place), timeout=TIMEOUT):
            yield words
            return
        try:
            yield (*through, "-o", "ControlMaster=no")
        finally:
            proc.quiet((*through, "-O", "exit", *place), timeout=TIMEOUT)


def address(url: str) -> tuple[str, ...] | None:
    """Return what ssh must be told to reach the server of a URL; None for what is no URL of a server with ssh."""
    found = URL.fullmatch(url) or (None if "://" in url or Path(url).exists() else SCP.fullmatch(url))
    if found is None or found["host"].startswith("-"):
        return None
    port = found.groupdict().get("port")
    host = re.sub(r"\[([^\]]*)\]$", r"\1", found["host"])
    return (*(("-p", port) if port else ()), "--", host)
