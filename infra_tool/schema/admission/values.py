"""Demands on single values: one of a few words, a port, an address, a time zone, a share.

Source: pkg/apis/*/validation of Kubernetes, and k8s.io/apimachinery/pkg/util/validation.
"""

import re
from collections.abc import Callable
from functools import cache

from infra_tool.repo import closest
from infra_tool.schema.admission.cron import schedule
from infra_tool.schema.admission.names import is_ip, port_name
from infra_tool.schema.demand import Demand, Unmet, Value
from infra_tool.schema.violation import Code
from infra_tool.schema.words import listed

PORTS = range(1, 65536)
MODES = 0o777
NODE_PORTS = range(30000, 32768)
"""The default of the API server's --service-node-port-range."""

PERCENT = re.compile(r"[0-9]+%", re.ASCII)
DURATION = re.compile(r"([0-9]+(\.[0-9]+)?(ms|s|m|h))+", re.ASCII)
HEADER = re.compile(r"[-A-Za-z0-9]+")
REAL_ZONE = "Europe/Berlin"
SHOWN = 12


def enum(*words: str) -> Demand:
    """Return a demand for one of some words."""

    def unmet(value: Value) -> Unmet | None:
        if value in words:
            return None
        near = closest(str(value), words)
        must = f"must be {listed(words).replace(' and ', ' or ')}" if len(words) <= SHOWN else "must be a known word"
        return Unmet(must, f"did you mean {near}?" if near else None)

    return Demand("K006", unmet)


def between(low: int, high: int | None = None, code: Code = "K013") -> Demand:
    """Return a demand for an integer of a range, both ends included."""
    must = f"must be from {low} to {high}" if high is not None else f"must be {low} or more"

    def unmet(value: Value) -> Unmet | None:
        if isinstance(value, str) or (low <= value and (high is None or value <= high)):
            return None
        return Unmet(must)

    return Demand(code, unmet)


def _port(value: Value) -> Unmet | None:
    return None if value in PORTS else Unmet("must be from 1 to 65535, as every port")


def _target_port(value: Value) -> Unmet | None:
    """Demand a port by number or by name; 0 is none."""
    if isinstance(value, str):
        unmet = port_name(value)
        help_ = f"remove the quotes: {value}" if value.isdecimal() else None
        return Unmet(unmet.must, help_ or unmet.help) if unmet else None
    return _port(value)


def _service_target(value: Value) -> Unmet | None:
    return None if value == 0 else _target_port(value)


def _unset_or_port(value: Value) -> Unmet | None:
    return None if value == 0 else _port(value)


def _node_port(value: Value) -> Unmet | None:
    must = f"must be from {NODE_PORTS[0]} to {NODE_PORTS[-1]}, unless the API server has another range of node ports"
    return None if value == 0 or value in NODE_PORTS else Unmet(must)


def _share(value: Value) -> Unmet | None:
    """Demand a number that is not negative, or a percentage."""
    if isinstance(value, str):
        return None if PERCENT.fullmatch(value) else Unmet("must be a number, or a percentage such as 25%")
    return Unmet("must not be negative") if value < 0 else None


def _ip(value: Value) -> Unmet | None:
    return None if is_ip(str(value)) else Unmet("must be an IP address")


def _cluster_ip(value: Value) -> Unmet | None:
    return None if value == "None" or is_ip(str(value)) else Unmet("must be an IP address, or None")


def cidr(value: Value) -> Unmet | None:
    """Demand a network: an address and the length of its prefix."""
    address, slash, length = str(value).strip().partition("/")
    most = 128 if ":" in address else 32
    is_right = slash and is_ip(address) and length.isdecimal() and int(length) <= most
    return None if is_right else Unmet("must be a network in CIDR notation, such as 10.0.0.0/8")


def duration(value: Value) -> Unmet | None:
    """Demand a duration as the fields of Flux and others take it."""
    if DURATION.fullmatch(str(value)):
        return None
    return Unmet("must be a duration such as 30s, 10m or 1h30m")


def _zone(value: Value) -> Unmet | None:
    """Demand the name of a time zone; where this machine knows none, nothing is."""
    name = str(value)
    if name.casefold() == "local":
        return Unmet("must be the name of a time zone, such as Europe/Berlin")
    return None if _has_zone(name) or not _has_zone(REAL_ZONE) else Unmet("must be the name of a time zone")


@cache
def _has_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- only for CronJobs that name one

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _mode(value: Value) -> Unmet | None:
    if isinstance(value, str) or 0 <= value <= MODES:
        return None
    return Unmet("must be from 0 to 0777", "write it as an octal number, with a 0 before it: 0644")


def _path(value: Value) -> Unmet | None:
    return None if str(value).startswith("/") else Unmet("must begin with `/`")


def _relative(value: Value) -> Unmet | None:
    text = str(value)
    return (
        Unmet("must be a path without `..` that does not begin with `/`")
        if text.startswith("/") or ".." in text.split("/")
        else None
    )


def _trimmed(value: Value) -> Unmet | None:
    return None if str(value) == str(value).strip() else Unmet("must not begin or end with a space")


def _without_backsteps(value: Value) -> Unmet | None:
    return Unmet("must not have `..` in it") if ".." in str(value).split("/") else None


def _json_path(value: Value) -> Unmet | None:
    return None if str(value).startswith(".") else Unmet("must be a JSON path that begins with `.`")


def _https(value: Value) -> Unmet | None:
    return None if str(value).startswith("https://") else Unmet("must be a URL that begins with https://")


def _header(value: Value) -> Unmet | None:
    return None if HEADER.fullmatch(str(value)) else Unmet("must be made of letters, digits and `-`")


def demand(code: Code, unmet: Callable[[Value], Unmet | None]) -> Demand:
    """Return a demand."""
    return Demand(code, unmet)


def given(demand: Demand) -> Demand:
    """Return a demand of a field that is a pointer in Go: it is absent or has a value, and an empty text is one."""
    return demand._replace(judges_empty=True)


def risky(demand: Demand) -> Demand:
    """Return a demand that the API server does not make: without it nothing works."""
    return demand._replace(is_risky=True)


PORT = Demand("K007", _port)
TARGET_PORT = Demand("K007", _target_port, judges_empty=True)
SERVICE_TARGET = Demand("K007", _service_target)
HOST_PORT = Demand("K007", _unset_or_port)
NODE_PORT = Demand("K007", _node_port, is_risky=True)
SHARE = Demand("K008", _share, judges_empty=True)
IP = Demand("K008", _ip)
CLUSTER_IP = Demand("K008", _cluster_ip)
CIDR = Demand("K008", cidr)
DURATION_TEXT = Demand("K008", duration)
SCHEDULE = Demand("K008", schedule)
ZONE = Demand("K008", _zone, judges_empty=True)
PATH = Demand("K013", _path)
NO_BACKSTEPS = Demand("K013", _without_backsteps)
JSON_PATH = Demand("K013", _json_path)
HTTPS = Demand("K013", _https, judges_empty=True)
HEADER_NAME = Demand("K009", _header)
RELATIVE = Demand("K013", _relative)
TRIMMED = Demand("K013", _trimmed)
MODE = Demand("K013", _mode)
NOT_NEGATIVE = between(0)
POSITIVE = between(1)
ID = between(0, 2**31 - 1)
PROTOCOL = enum("TCP", "UDP", "SCTP")
SELECTS = enum("In", "NotIn", "Exists", "DoesNotExist")
