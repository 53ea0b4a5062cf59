"""Read one value."""

import base64
import binascii

from infra_tool import sops, yamldoc
from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.secrets import locate
from infra_tool.secrets.session import Session, read
from infra_tool.sops import Secret, binary
from infra_tool.yamldoc import YamlFile


def get(tree: Tree, path: str, key: str, session: Session) -> Secret:
    """Return the value of a key of the Secret in `path`, as a pod would see it: base64 of `data` is decoded.

    Raises UsageError when there is no such key, NoKeyError when no private key opens the file, MacError when it was
    tampered with.
    """
    data = read(tree, path)
    file, found = sops.parse(data, path)
    slot = locate.require(file, key)
    if sops.file_writer(path, found, session.backend) == "sops" and not found.readable:
        text = _by_program(data, file, slot, session)
    else:
        text = sops.open_file(data, path, session.keys()).text(slot.place) or ""
    return Secret(_decoded(file, key, text) if slot.field == "data" else text)


def _by_program(data: bytes, file: YamlFile, slot: locate.Slot, session: Session) -> str:
    plain = yamldoc.parse(binary.decrypt(data, file.path, root=session.root, identity=session.identity), file.path)
    return yamldoc.text(plain.documents[slot.document].root, slot.field, slot.key) or ""


def _decoded(file: YamlFile, key: str, text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InfraToolError(f"data.{key} is not base64", path=file.path) from None
