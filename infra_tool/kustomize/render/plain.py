"""What Go's YAML v2 takes a scalar without quotes for."""

import re
from functools import lru_cache

from infra_tool.yamldoc import Scalar, resolve_scalar, timestamp

BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")


@lru_cache(maxsize=65536)
def is_text(text: str) -> bool:
    """Tell whether a scalar without quotes is a text."""
    if not text or not isinstance(resolve_scalar(Scalar(0, 0, text), "kustomization"), str):
        return False
    return text[0] not in "+-0123456789" or not (BASE_60.fullmatch(text) or timestamp.parse(text))


def is_ambiguous(text: str) -> bool:
    """Tell whether kustomize puts a new text in quotes since YAML 1.1 takes it for something else."""
    return bool(text) and "\n" not in text and not is_text(text)
