"""The address of a server's pages, as a person or a configuration gives it."""

from urllib.parse import SplitResult, urlsplit

from infra_tool.errors import UsageError


def parse(text: str) -> SplitResult | None:
    """Return the parts of an address; None for what is none, and for one with a user, a password or a query."""
    try:
        url = urlsplit(text)
        is_whole = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
        (url.hostname or "").encode("idna")
    except ValueError:  # a port that is none, half of an IPv6 address, a name with an empty part
        return None
    is_plain = text.isascii() and text.isprintable() and " " not in text
    return url if is_whole and is_plain and not ("@" in url.netloc or url.query or url.fragment) else None


def check(text: str) -> SplitResult:
    """Return the parts of the address of a Gitea. Raises UsageError, which does not repeat it, for what is none."""
    url = parse(text)
    if url is None:
        raise UsageError(
            "this is no address of a Gitea",
            hint="--url https://HOST, without a user, a password or letters beyond ASCII",
        )
    return url
