"""Quantities, as Kubernetes reads them (k8s.io/apimachinery/pkg/api/resource): 2, 0.5, 100m, 128Mi, 1e3."""

import re
from decimal import Decimal

from infra_tool.schema.demand import Demand, Unmet, Value

PATTERN = re.compile(r"(?P<number>[+-]?(\d+\.?\d*|\.\d+))(?P<unit>[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?", re.ASCII)
UNITS = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
SLIPS = {
    **{unit: f"{unit[0]}i" for unit in ("KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "K")},
    **{
        unit: f"{unit[0].upper()}i" for unit in ("kb", "mb", "gb", "tb", "g", "t", "ki", "mi", "gi", "ti", "mib", "gib")
    },
}
"""What people write for a unit, and what is one."""


def parse(value: Value | None) -> Decimal | None:
    """Return the number that a quantity is; None when it is none."""
    match = PATTERN.fullmatch(str(value)) if value is not None and not isinstance(value, bool) else None
    if match is None:
        return None
    number, unit = Decimal(match["number"]), match["unit"] or ""
    if unit in BINARY:
        return number * Decimal(2 ** BINARY[unit])
    return number.scaleb(UNITS[unit] if unit in UNITS else int(unit[1:] or 0))


def quantity(value: Value) -> Unmet | None:
    """Demand a quantity."""
    text = str(value)
    if PATTERN.fullmatch(text):
        return None
    number = re.match(r"[0-9.]+", text)
    slip = SLIPS.get(text[number.end() :].strip()) if number is not None else None
    help_ = f"write {number.group()}{slip}" if number is not None and slip is not None else None
    return Unmet("must be a quantity such as 2, 500m or 128Mi", help_)


QUANTITY = Demand("K008", quantity, judges_empty=True)
