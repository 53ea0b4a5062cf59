"""Tell that all that changed in a file is that values are encrypted, or encrypted anew.

Names, keys and structure are as they were, so that nothing which another file says of it is another thing now.
"""

from infra_tool import sops
from infra_tool.lint.inert import Entries, Path, are_same
from infra_tool.yamldoc import Mapping, Scalar, YamlFile

METADATA = "sops"
SEALED = "ENC["


def is_all_that_changed(old: YamlFile, new: YamlFile) -> bool:
    """Tell whether a file differs in nothing but values that are encrypted now, what sops notes, and comments.

    So does a workload whose pods are to restart by it.
    """
    return len(old.documents) == len(new.documents) and all(
        isinstance(one.root, Mapping)
        and isinstance(other.root, Mapping)
        and are_same(_content(one.root), _content(other.root), (), _may_change)
        for one, other in zip(old.documents, new.documents, strict=True)
    )


def _content(root: Mapping) -> Entries:
    return [(key, value) for key, value in root.items if not (isinstance(key, Scalar) and key.value == METADATA)]


def _may_change(old: Scalar, new: Scalar, path: Path) -> bool:
    if old.anchor or new.anchor:
        return False
    return new.value.startswith(SEALED) or path[-2:] == ("annotations", sops.RESTART)
