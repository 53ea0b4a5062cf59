"""What the URL of a git repository names."""

import re

PARTS = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^@/]*@)?(\[[^]]*\]|[^/:]+)(?::[0-9]+(?=/))?[/:]*(.*)")


def same_repo(one: str, other: str) -> bool:
    """Tell whether two URLs name one repository, whatever the protocol, user and port."""
    return bool(one) and _place(one) == _place(other)


def web_address(url: str) -> str:
    """Return where the pages of a repository are: a web URL itself, else HTTPS on the same host."""
    if url.startswith(("http://", "https://")):
        return url.rstrip("/").removesuffix(".git")
    return "https://" + "/".join(_place(url))


def _place(url: str) -> tuple[str, str]:
    found = PARTS.fullmatch(url.strip())
    if found is None:
        return "", url
    return found[1].lower(), found[2].strip("/").removesuffix(".git")
