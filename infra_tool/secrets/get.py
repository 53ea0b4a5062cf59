"""Read one value."""

from infra_tool import sops
from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.secrets import locate
from infra_tool.secrets.session import Session, read
from infra_tool.secrets.values import decoded, values
from infra_tool.sops import Secret


def get(tree: Tree, path: str, key: str, session: Session) -> Secret:
    """Return the value of a key of the Secret in `path`, as a pod would see it: base64 of `data` is decoded.

    Raises UsageError when there is no such key, NoKeyError when no private key opens the file, MacError when it was
    tampered with.
    """
    data = read(tree, path)
    slot = locate.require(sops.parse(data, path)[0], key)
    found = values(tree, path, data, session).get(slot.place, Secret(""))
    try:
        return decoded(slot.field, found)
    except ValueError as error:
        raise InfraToolError(f"data.{key} {error}", path=path) from None
