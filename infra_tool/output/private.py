"""Which lines of a repo may be shown: what may hold a secret in the clear is not, on a terminal or in a CI log."""

import re
from collections.abc import Iterable

from infra_tool.finding import Finding

SECRETS = "S"
"""The family of rules that find secrets in the clear."""

NAMES_ONLY = {"S006", "S007", "S022"}
"""Those of them that are about keys, patterns and names, wherever no value is in the clear."""

RULES = ".sops.yaml"
"""Holds public keys and patterns, speaks of secrets on every line, and is shown unless a private key is in it."""

KEYS = re.compile(rb"AGE-SECRET-KEY|PRIVATE KEY", re.IGNORECASE)

NAMES = re.compile(r"^\.env|\.env$|secret|credential|\.(enc|sops|dec|plain)\.|\.(pem|key|p12|pfx)$", re.IGNORECASE)

CONTENT = re.compile(
    rb"kind[\"']?\s*:\s*[\"']?secret\b|\bstringdata\b|\bpath[\"']?\s*:\s*[\"']?/data/|secretgenerator|dockerconfigjson"
    rb"|^[\"']?sops[\"']?\s*:|\bENC\[",
    re.IGNORECASE | re.MULTILINE,
)

LINE = re.compile(
    r"passw|passphrase|credential|(?<!serviceaccount)token|api[_-]?key|secret[_-]?key\b|://[^/\s]*:[^/\s]*@",
    re.IGNORECASE,
)


def files(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the files in which a rule about secrets found something: no line of theirs is shown."""
    return frozenset(
        finding.path for finding in findings if finding.code.startswith(SECRETS) and finding.code not in NAMES_ONLY
    )


def is_private(path: str, data: bytes) -> bool:
    """Tell whether a file may hold secrets in the clear, wherever in it."""
    name = _name(path)
    if KEYS.search(data):
        return True
    return name != RULES and bool(NAMES.search(name) or CONTENT.search(data))


def is_private_line(line: str, above: str = "") -> bool:
    """Tell whether a line of an ordinary file may hold one; the line above it may say what it is (`- name: TOKEN`)."""
    return LINE.search(line) is not None or LINE.search(above) is not None


def _name(path: str) -> str:
    return path.rpartition("/")[2]
