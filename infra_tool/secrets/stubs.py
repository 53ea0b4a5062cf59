"""The list of keys whose values are still stubs, in plain metadata so that it can be read without a key."""

from infra_tool import sops, yamldoc
from infra_tool.secrets.session import Session
from infra_tool.sops import binary
from infra_tool.splice import Splice
from infra_tool.yamldoc import Mapping, Scalar, YamlFile, lookup


def without(file: YamlFile, root: Mapping, key: str) -> list[Splice]:
    """Return the splices that take `key` off the list of a Secret; a list that becomes empty goes as a whole."""
    keys = sops.stub_keys(root)
    if key not in keys:
        return []
    annotations = lookup(root, "metadata", "annotations")
    node = lookup(annotations, sops.STUBS)
    if not isinstance(annotations, Mapping) or not isinstance(node, Scalar):
        return []
    if left := [other for other in keys if other != key]:
        return [yamldoc.replace_scalar(file, node, ",".join(left))]
    metadata = lookup(root, "metadata")
    if len(annotations.items) == 1 and isinstance(metadata, Mapping):
        return [yamldoc.remove_key(file, metadata, "annotations")]
    return [yamldoc.remove_key(file, annotations, sops.STUBS)]


def without_by_program(data: bytes, path: str, root: Mapping, key: str, session: Session) -> bytes:
    """Return the content of a file, whose first document is `root`, with `key` taken off the list by sops."""
    keys = sops.stub_keys(root)
    if key not in keys:
        return data
    left = ",".join(other for other in keys if other != key)
    return binary.set_value(data, path, ("metadata", "annotations", sops.STUBS), left, identity=session.identity)
