"""Colours of a terminal."""

from infra_tool.finding import Severity

RESET = "\x1b[0m"
BOLD = "\x1b[1m"
DIM = "\x1b[2m"
SEVERITY: dict[Severity, str] = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "info": "\x1b[1;34m"}


def paint(text: str, colour: str, *, on: bool) -> str:
    """Return `text` in a colour where colours are on."""
    return f"{colour}{text}{RESET}" if on else text
