"""How a rule proposes an edit."""

from infra_tool.splice import Splice
from infra_tool.yamldoc import EditError, Scalar, YamlFile, replace_scalar


def replaced(file: YamlFile, node: Scalar, text: str) -> tuple[Splice, ...]:
    """Return the edit that gives a scalar another text; none where that cannot be done safely."""
    try:
        return (replace_scalar(file, node, text),)
    except EditError:
        return ()
