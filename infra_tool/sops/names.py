"""Who holds a key: people write it in `.sops.yaml` as a comment beside the key, or as its anchor."""

import re
from itertools import pairwise

KEY = re.compile(r"age1[0-9a-z]{20,}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/=]+|\b[0-9A-F]{40}\b")
BESIDE = re.compile(r"\s#+\s*(.*?)\s*$")
ABOVE = re.compile(r"^\s*#+\s*(.*?)\s*$")
ANCHOR = re.compile(r"&([^\s,\[\]{}]+)\s+[\"']?$")


def of(text: str) -> dict[str, str]:
    """Return the holder of each key that a `.sops.yaml` names, wherever in the file it does.

    A comment behind the key counts first, then the key's anchor, then a comment alone on the line above.
    """
    found: dict[str, str] = {}
    for above, line in pairwise(["", *text.splitlines()]):
        keys = list(KEY.finditer(line.partition(" #")[0]))
        if len(keys) != 1 or ABOVE.match(line):
            continue
        key = keys[0]
        beside = BESIDE.search(line, key.end())
        anchor = ANCHOR.search(line[: key.start()])
        over = ABOVE.match(above)
        name = next((match[1] for match in (beside, anchor, over) if match and match[1]), None)
        if name:
            found.setdefault(key.group(), name)
    return found
