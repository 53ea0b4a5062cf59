"""Random values for keys that nobody needs to choose."""

import string

from infra_tool.errors import UsageError
from infra_tool.sops import Entropy, Secret

ALPHABET = string.ascii_letters + string.digits
"""Letters and digits only: safe in URLs, shells, connection strings and YAML."""

LENGTH = 32
LENGTHS = range(8, 1025)


def generate(entropy: Entropy, purpose: str, length: int = LENGTH) -> Secret:
    """Return a random text of `length` characters; the same purpose under the same entropy gives the same text.

    Raises UsageError for a length that is too short to be safe, or unreasonable.
    """
    if length not in LENGTHS:
        raise UsageError(f"a generated value has {LENGTHS[0]} to {LENGTHS[-1]} characters, not {length}")
    # Bytes beyond the last whole multiple of the alphabet are dropped, so that every character is equally likely.
    limit = 256 - 256 % len(ALPHABET)
    drawn = (byte for byte in entropy.random(purpose, length * 4 + 64) if byte < limit)
    return Secret("".join(ALPHABET[byte % len(ALPHABET)] for byte, _ in zip(drawn, range(length), strict=False)))


def parse_request(text: str) -> tuple[str, int]:
    """Read `KEY` or `KEY:LENGTH`. Raises UsageError when the length is no number."""
    key, separator, length = text.partition(":")
    if not key or (separator and not length.isdecimal()):
        raise UsageError(f"{text} is not KEY or KEY:LENGTH")
    return key, int(length) if separator else LENGTH
