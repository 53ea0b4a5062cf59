"""The list of keys whose values are still stubs, in plain metadata so that it can be read without a key."""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.sops import Change
from infra_tool.yamldoc import Mapping, lookup

ANNOTATIONS = ("metadata", "annotations")


def without(document: int, root: Mapping, key: str) -> Iterator[Change]:
    """Yield the change that takes `key` off the list of a Secret; a list that becomes empty goes as a whole."""
    keys = sops.stub_keys(root)
    if key not in keys:
        return
    left = [other for other in keys if other != key]
    annotations = lookup(root, *ANNOTATIONS)
    alone = isinstance(annotations, Mapping) and len(annotations.items) == 1
    if left:
        yield Change(document, (*ANNOTATIONS, sops.STUBS), ",".join(left))
    else:
        yield Change(document, ANNOTATIONS if alone else (*ANNOTATIONS, sops.STUBS), None)
