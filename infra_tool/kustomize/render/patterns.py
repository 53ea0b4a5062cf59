"""Regular expressions that mean the same to Go and to Python, and take no longer than they should."""

import re
from functools import lru_cache

from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import Origin
from infra_tool.yamldoc import Node

ODD = re.compile(
    r"""\\[^dDwWsSbB.\-+*?()|\[\]{}^$/_:@]  # an escape that only one of the two has
    |\(\?(?!:|i\)) |\[\[ |\{, |[*+?}]\+     # groups, classes and repetitions that one of the two reads in another way
    |\)[*+{]                                # repeated groups, in which Python may try every way to repeat""",
    re.VERBOSE,
)
REPEATED = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\})")
MOST = 6
"""Repetitions without end in one pattern: each multiplies the time by the length of the text."""


def refuse_odd(pattern: str, origin: Origin, node: Node | None) -> None:
    """Raise UnsupportedError for a pattern that is not the same to Go and Python, or may take very long."""
    if ODD.search(pattern) or len(REPEATED.findall(pattern)) > MOST or compiled(pattern) is None:
        raise unsupported(f"the regular expression {pattern}", path=origin.path, line=origin.line(node))


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern to be searched for, None for what is none."""
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return None
