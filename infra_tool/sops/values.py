"""What a YAML scalar is to sops: its type and the bytes that are encrypted and counted in the MAC.

sops reads with go-yaml v3 and writes each type in Go's own way; the bytes must be the same or the MAC does not match.
"""

import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.yamldoc import Scalar

INT64 = range(-(2**63), 2**63)
FRACTION = re.compile(r"\.(\d{1,9})")


class Plain(NamedTuple):
    """A plain value: sops' name of its type, and its bytes."""

    kind: str
    data: bytes

    def __repr__(self) -> str:
        """Name the type only."""
        return f"<{self.kind}>"


def plain(scalar: Scalar) -> Plain | None:
    """Return type and bytes of a scalar, None for a null: those are neither encrypted nor counted.

    Raises InfraToolError, without the value, for an integer that sops cannot hold.
    """
    value = yamldoc.resolve_scalar(scalar, "sops")
    if value is None:
        return None
    if isinstance(value, str):
        return Plain("str", value.encode())
    if isinstance(value, bool):
        return Plain("bool", b"True" if value else b"False")
    if isinstance(value, int):
        if value not in INT64:
            raise InfraToolError("an integer beyond 64 bits cannot be encrypted", hint="put it in quotes")
        return Plain("int", str(value).encode())
    if isinstance(value, float):
        return Plain("float", go_float(value).encode())
    return Plain("time", rfc3339(value, scalar.value).encode())


def kind(scalar: Scalar) -> str:
    """Return sops' name of a scalar's type, `null` for a null."""
    found = plain(scalar)
    return found.kind if found else "null"


def is_ambiguous(scalar: Scalar) -> bool:
    """Tell whether a scalar without quotes is not to everybody what it is to sops, or would come back in another form.

    0755 comes back as 493, 1.10 as 1.1, a date as a time; `yes` is text to sops and true to older readers of YAML.
    """
    if scalar.style is not None or scalar.tag is not None:
        return False
    value = yamldoc.resolve_scalar(scalar, "sops")
    if isinstance(value, str):
        return yamldoc.is_mistakable(value)
    if isinstance(value, date):
        return True
    if isinstance(value, (bool, type(None))) or not math.isfinite(value):
        return False
    return scalar.value != (str(value) if isinstance(value, int) else go_float(value))


def go_float(value: float) -> str:
    """Return a float as Go's FormatFloat(v, 'f', -1, 64): shortest digits, never an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def rfc3339(value: date, source: str) -> str:
    """Return a time as Go's RFC3339Nano; digits beyond microseconds are taken from the source."""
    if not isinstance(value, datetime):
        return f"{value.isoformat()}T00:00:00Z"
    fraction = FRACTION.search(source)
    digits = fraction[1].rstrip("0") if fraction else ""
    offset = value.strftime("%z")
    zone = "Z" if offset in ("", "+0000") else f"{offset[:3]}:{offset[3:5]}"
    return f"{value.replace(microsecond=0, tzinfo=None).isoformat()}{'.' + digits if digits else ''}{zone}"


def normal(opened: Plain) -> Plain:
    """Return a decrypted value as sops would write it again: older writers spelt booleans in other ways."""
    if opened.kind == "bool":
        return Plain("bool", b"True" if opened.data.lower() in (b"true", b"t", b"1") else b"False")
    return Plain("str", opened.data) if opened.kind == "bytes" else opened
