"""What the API server takes for a name, a label, a key.

Source: the validation packages of k8s.io/apimachinery (pkg/util/validation and pkg/api/validation).
"""

import ipaddress
import re
from functools import lru_cache

from infra_tool.schema.demand import Demand, Unmet, Value

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
SUBDOMAIN = re.compile(rf"{LABEL.pattern}(\.{LABEL.pattern})*")
OLD_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
SYSCTL = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?")
PATH = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")
PART = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
DATA_KEY = re.compile(r"[-._a-zA-Z0-9]+")
LABEL_LENGTH = 63
NAME_LENGTH = 253
PORT_NAME_LENGTH = 15
MEMORY = 4096
"""Names are said again and again."""

WORDS = "lower-case letters, digits and `-`, with a letter or digit at both ends"


def _fits(text: str, pattern: re.Pattern[str], length: int) -> bool:
    return len(text) <= length and pattern.fullmatch(text) is not None


def is_ip(text: str) -> bool:
    """Tell whether a text is an IP address; Go knows no zones and no leading zeros here."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def is_label(text: str) -> bool:
    """Tell whether a text is a DNS label of RFC 1123."""
    return _fits(text, LABEL, LABEL_LENGTH)


def is_subdomain(text: str) -> bool:
    """Tell whether a text is a DNS subdomain of RFC 1123."""
    return _fits(text, SUBDOMAIN, NAME_LENGTH)


def is_qualified(text: str) -> bool:
    """Tell whether a text is the key of a label: a name, with the DNS subdomain of its owner before a `/` if any."""
    prefix, slash, name = text.rpartition("/")
    return _fits(name, PART, LABEL_LENGTH) and (not slash or is_subdomain(prefix))


def is_data_key(text: str) -> bool:
    """Tell whether a text is a key of a ConfigMap or Secret."""
    return _fits(text, DATA_KEY, NAME_LENGTH) and text != "." and not text.startswith("..")


def _closest(text: str) -> str | None:
    """Return a name that is like `text` and allowed."""
    near = re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")
    return f"write {near}" if near and len(near) <= LABEL_LENGTH else None


@lru_cache(MEMORY)
def label(value: Value) -> Unmet | None:
    """Demand a DNS label."""
    text = str(value)
    if is_label(text):
        return None
    if len(text) > LABEL_LENGTH and LABEL.fullmatch(text):
        return Unmet(f"must have at most {LABEL_LENGTH} characters")
    return Unmet(f"must be made of {WORDS}", _closest(text))


def old_label(value: Value) -> Unmet | None:
    """Demand a DNS label of RFC 1035, which begins with a letter."""
    text = str(value)
    if is_label(text) and not OLD_LABEL.fullmatch(text):
        return Unmet("must begin with a letter")
    return label(value)


@lru_cache(MEMORY)
def subdomain(value: Value) -> Unmet | None:
    """Demand a DNS subdomain."""
    text = str(value)
    if is_subdomain(text):
        return None
    if len(text) > NAME_LENGTH and SUBDOMAIN.fullmatch(text):
        return Unmet(f"must have at most {NAME_LENGTH} characters")
    return Unmet(f"must be made of {WORDS}, and dots between such parts", _closest(text))


def segment(value: Value) -> Unmet | None:
    """Demand what can stand in a URL."""
    text = str(value)
    return (
        Unmet("must be neither `.` nor `..`, without `/` and `%`")
        if text in {".", ".."} or set(text) & {*"/%"}
        else None
    )


@lru_cache(MEMORY)
def qualified(value: Value) -> Unmet | None:
    """Demand the key of a label."""
    if is_qualified(str(value)):
        return None
    return Unmet(
        "must be letters, digits, `-`, `_` and `.`, at most 63, with a letter or digit at both ends"
        " (and a DNS name before a `/`)"
    )


@lru_cache(MEMORY)
def annotation(value: Value) -> Unmet | None:
    """Demand the key of an annotation, or a provisioner: as of a label, of which the case is no matter."""
    return qualified(str(value).lower())


@lru_cache(MEMORY)
def label_value(value: Value) -> Unmet | None:
    """Demand the value of a label; it may be empty."""
    text = str(value)
    if not text or _fits(text, PART, LABEL_LENGTH):
        return None
    return Unmet(
        "must be letters, digits, `-`, `_` and `.`, at most 63, with a letter or digit at both ends",
        "an annotation takes any text",
    )


def domain(value: Value) -> Unmet | None:
    """Demand a domain of three parts at least."""
    text = str(value)
    return subdomain(text) or (Unmet("must be a domain of three parts or more") if text.count(".") < 2 else None)  # noqa: PLR2004


def driver(value: Value) -> Unmet | None:
    """Demand the name of a storage driver: a DNS subdomain no longer than a label."""
    text = str(value)
    return Unmet(f"must have at most {LABEL_LENGTH} characters") if len(text) > LABEL_LENGTH else subdomain(text)


def mixed_label(value: Value) -> Unmet | None:
    """Demand what is a DNS label that begins with a letter, once it is in lower case."""
    return old_label(str(value).lower())


def data_key(value: Value) -> Unmet | None:
    """Demand a key of a ConfigMap or Secret."""
    if is_data_key(str(value)):
        return None
    return Unmet("must be made of letters, digits, `-`, `_` and `.`, and not begin with `..`")


def port_name(value: Value) -> Unmet | None:
    """Demand the name of a port (an IANA service name)."""
    text = str(value)
    if len(text) > PORT_NAME_LENGTH:
        return Unmet(f"must have at most {PORT_NAME_LENGTH} characters, as the name of a port")
    if is_label(text) and "--" not in text and any(letter.isalpha() for letter in text):
        return None
    return Unmet("must be made of lower-case letters, digits and single `-`, with a letter in it", _closest(text))


def variable(value: Value) -> Unmet | None:
    """Demand the name of an environment variable; which characters are allowed grew with the versions."""
    text = str(value)
    return Unmet("must be printable text without `=`") if "=" in text or not text.isprintable() else None


def searched(value: Value) -> Unmet | None:
    """Demand a domain to search: a DNS name with or without a dot at the end, of which parts may have `_`."""
    text = str(value)
    return (
        None
        if text == "."
        else subdomain(text.removesuffix(".").replace("_", "-") if "_" in text else text.removesuffix("."))
    )


def sysctl(value: Value) -> Unmet | None:
    """Demand the name of a setting of the kernel."""
    if _fits(str(value), SYSCTL, NAME_LENGTH):
        return None
    return Unmet("must be the name of a kernel setting, such as net.core.somaxconn")


def domain_path(value: Value) -> Unmet | None:
    """Demand a path below a DNS name."""
    domain, slash, path = str(value).partition("/")
    is_right = slash and path and is_subdomain(domain) and PATH.fullmatch(path) and len(str(value)) <= NAME_LENGTH
    return None if is_right else Unmet("must be a path below a DNS name, such as example.org/controller")


def host(value: Value) -> Unmet | None:
    """Demand the host of a route: a DNS name, of which the first part may be `*`."""
    text = str(value)
    if is_ip(text) or ":" in text:
        return Unmet("must be a DNS name, without port, and no IP address")
    return subdomain(text.removeprefix("*.")) if text != "*" else Unmet("must be a DNS name; `*` alone is not one")


LABEL_NAME = Demand("K009", label)
SUBDOMAIN_NAME = Demand("K009", subdomain)
LABEL_KEY = Demand("K009", qualified)
LABEL_VALUE = Demand("K009", label_value)
ANNOTATION_KEY = Demand("K009", annotation)
ENVIRONMENT = Demand("K009", variable)
HOST = Demand("K009", host)
OLD_LABEL_NAME = Demand("K009", old_label)
MIXED_LABEL_NAME = Demand("K009", mixed_label)
DOMAIN = Demand("K009", domain)
DRIVER = Demand("K009", driver)
SEGMENT = Demand("K009", segment)
QUALIFIED = Demand("K009", qualified)
SEARCHED = Demand("K009", searched)
SYSCTL_NAME = Demand("K009", sysctl)
DOMAIN_PATH = Demand("K009", domain_path)
KEY = Demand("K015", data_key)
PORT_NAME = Demand("K007", port_name)
