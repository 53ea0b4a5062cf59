"""Numbers as Go writes them."""

WHOLE = range(-(2**63), 2**64)
"""The whole numbers that Go's YAML reader does not take for floats."""
LONGEST = 6
"""Digits before the point that the YAML encoders write without an exponent."""
SHORTEST = -4


def atom(value: float | None) -> str:
    """Return the source of what is no text, after JSON and YAML; a bool is an int."""
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    is_whole = value.is_integer() and int(value) in WHOLE
    return str(int(value)) if is_whole else shortest(value)


def shortest(value: float) -> str:
    """Return a float in Go's format `g`: as short as it can be read back exactly."""
    if value == 0:
        return "0"
    sign, digits, exponent = _parts(value)
    if not SHORTEST <= exponent < LONGEST:
        tail = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{tail}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _parts(value: float) -> tuple[str, str, int]:
    """Return the sign, the digits that count, and the power of ten of the first of them."""
    mantissa, _, power = repr(value).partition("e")
    whole, _, rest = mantissa.lstrip("-").partition(".")
    digits = whole + rest
    leading = len(digits) - len(digits.lstrip("0"))
    exponent = len(whole) - 1 - leading + int(power or 0)
    return "-" if value < 0 else "", digits.strip("0"), exponent
