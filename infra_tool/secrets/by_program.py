"""Bring an encrypted file to new plain content with the sops program, one changed value at a time.

sops would encrypt every value anew, or put the plain text into a file for an editor; this way what did not change keeps
its ciphertext, and plain text stays in pipes. Comments and order of the new content are lost: sops lays files out.
"""

import json

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.secrets import steps
from infra_tool.secrets.session import Session
from infra_tool.secrets.steps import GONE
from infra_tool.sops import binary
from infra_tool.yamldoc import Value, YamlFile


def update(old: bytes, plain: YamlFile, path: str, session: Session) -> bytes:
    """Return the encrypted file `old` with the content of `plain`.

    Raises InfraToolError for content that sops cannot be told value by value.
    """
    before = yamldoc.parse(binary.decrypt(old, path, root=session.root, identity=session.identity), path)
    new = old
    for keys, value in steps.steps(_content(before), _content(plain)):
        if value is GONE:
            new = binary.unset(new, path, keys, identity=session.identity)
        else:
            new = binary.set_json(new, path, keys, _json(keys, value), identity=session.identity)
    return new


def _content(file: YamlFile) -> dict[str, Value]:
    if len(file.documents) != 1:
        raise InfraToolError("the sops program can change files of one document only", path=file.path)
    found = yamldoc.resolve(file.documents[0].root, "sops")
    if not isinstance(found, dict):
        raise InfraToolError("is no mapping", path=file.path, line=1)
    return found


def _json(keys: tuple[str, ...], value: Value) -> str:
    try:
        return json.dumps(value)
    except TypeError:
        raise InfraToolError(f"{'.'.join(keys)} is a date, which sops cannot be given; put it in quotes") from None
