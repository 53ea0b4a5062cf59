"""Private keys in plain sight, in files of any format."""

import re
from collections.abc import Iterator

BODY = r"(?=(?:\\[rn]|\s|[A-Za-z-]+: [^\n]*\n)*[A-Za-z0-9+/]{8})"
"""What follows the head of a key that is one, on lines or escaped as in JSON: a script may hold heads and no key."""

PATTERNS = (
    (re.compile(r"AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{20,}"), "a private age key"),
    (re.compile(r"AGE-PLUGIN-[A-Z0-9]+-1[0-9A-Z]{6,}"), "a private key of an age plugin"),
    (re.compile(r"-----BEGIN PGP PRIVATE KEY BLOCK-----" + BODY), "a private PGP key"),
    (re.compile(r"-----BEGIN (?:OPENSSH|RSA|EC|DSA|ENCRYPTED)? ?PRIVATE KEY-----" + BODY), "a private key"),
    (re.compile(r"client-key-data:\s*[\"']?LS0tLS1CRUdJTi[A-Za-z0-9+/=]{20,}"), "a kubeconfig's private client key"),
)


def find_private_keys(source: str) -> Iterator[tuple[int, int, str]]:
    """Yield the code point offsets and the name of each private key in a text, whatever the file's format."""
    for pattern, name in PATTERNS:
        for match in pattern.finditer(source):
            yield match.start(), match.end(), name
