"""The plain values of an encrypted file, in memory, whoever wrote it."""

import base64
import binascii
from collections.abc import Mapping

from infra_tool import sops, yamldoc
from infra_tool.edits import Tree
from infra_tool.secrets.session import Session
from infra_tool.sops import Place, Secret

Values = Mapping[Place, Secret]
SUBSTITUTED = b"${"
"""What Flux would substitute in text; in base64 it does not see it."""


def values(tree: Tree, path: str, data: bytes, session: Session) -> Values:
    """Return all values of a file, as they stand in it: those of a Secret's `data` are base64.

    Raises NoKeyError when no private key opens the file, MacError when it was tampered with.
    """
    if sops.parse(data, path)[1].readable:
        opened = session.open(tree, path, data)
        return {place: Secret(value.plain.data) for place, value in opened.values.items() if value.plain}
    plain = content(tree, path, data, session)
    return {place: Secret(text) for place, text in sops.texts(yamldoc.parse(plain, path))}


def content(tree: Tree, path: str, data: bytes, session: Session) -> bytes:
    """Return the plain content of an encrypted file, for memory and pipes only; raises as `values` does."""
    return sops.reader(sops.parse(data, path)[1]).decrypt(data, path, session.means(tree))


def is_plain(value: Secret) -> bool:
    """Tell whether a value can stand under `stringData` and reaches the pod as it is."""
    return value.is_text and SUBSTITUTED not in value.data


def decoded(field: str, value: Secret) -> Secret:
    """Return a value of a Secret as a pod sees it: base64 of the field `data` decoded.

    Raises ValueError when it is not base64.
    """
    if field != "data":
        return value
    try:
        return Secret(base64.b64decode("".join(value.reveal().split()), validate=True))
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("is not base64") from None
