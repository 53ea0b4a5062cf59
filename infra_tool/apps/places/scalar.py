"""A place that is one scalar, which is replaced as a whole."""

from dataclasses import dataclass

from infra_tool.apps.places.locate import path_of
from infra_tool.apps.places.place import Edit, Step, Version
from infra_tool.errors import UsageError
from infra_tool.yamldoc import Scalar, YamlFile, replace_scalar

SUBSTITUTED = "${"


@dataclass(frozen=True)
class ScalarPlace:
    """What the places that are one scalar have in common."""

    file: YamlFile
    node: Scalar

    def source(self, version: Version) -> str:
        """Return the text that the scalar gets."""
        raise NotImplementedError

    def edit(self, version: Version) -> Edit:
        """Replace the scalar; raises UsageError where Flux would substitute the value, EditError for an anchor."""
        return replaced(self.file, self.node, self.source(version))


def replaced(file: YamlFile, node: Scalar, text: str) -> Edit:
    """Return the edit that gives a scalar another text."""
    if SUBSTITUTED in node.value:
        raise UsageError(
            "the image comes from a Flux substitution",
            path=file.path,
            line=file.line(node),
            hint="bump the file that sets the variable, or write the image out here",
        )
    return Edit((replace_scalar(file, node, text),), (Step(path_of(file, node), text),))
