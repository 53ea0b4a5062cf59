"""ruamel.yaml as a second opinion on what a file says.

Only structure and texts are compared, before anyone decides on types: events of its pure Python parser, which shares no
code with libyaml and does not mind an anchor that is given twice.
"""

from collections.abc import Iterator

from infra_tool.yamldoc.file import YamlFile
from infra_tool.yamldoc.nodes import Alias, Mapping, Node, Sequence

Step = tuple[str, str]


def disagreement(file: YamlFile) -> str | None:
    """Return how ruamel.yaml reads a file otherwise than we did, without quoting from it; None when it does not."""
    from ruamel.yaml.error import YAMLError

    ours = list(_ours(file))
    try:
        theirs = list(_theirs(file.text))
    except YAMLError:
        return "it does not read the file"
    except (ValueError, AssertionError):
        return "it does not read the file"
    if len(ours) != len(theirs):
        return "it finds other nodes"
    return None if ours == theirs else "it finds other texts"


def _ours(file: YamlFile) -> Iterator[Step]:
    for document in file.documents:
        yield "document", ""
        if document.root is None:
            yield "scalar", ""
        else:
            yield from _walk(document.root)


def _walk(root: Node) -> Iterator[Step]:
    stack: list[Node | Step] = [root]
    while stack:
        here = stack.pop()
        if isinstance(here, tuple):
            yield here
        elif isinstance(here, Alias):
            yield "alias", here.name
        elif isinstance(here, (Mapping, Sequence)):
            yield type(here).__name__, ""
            stack.append(("end", ""))
            parts = [part for pair in here.items for part in pair] if isinstance(here, Mapping) else here.items
            stack += reversed(parts)
        else:
            yield "scalar", here.value


def _theirs(text: str) -> Iterator[Step]:
    from ruamel.yaml import YAML, events

    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, events.ScalarEvent):
            yield "scalar", event.value
        elif isinstance(event, events.AliasEvent):
            yield "alias", event.anchor
        elif isinstance(event, events.MappingStartEvent):
            yield "Mapping", ""
        elif isinstance(event, events.SequenceStartEvent):
            yield "Sequence", ""
        elif isinstance(event, (events.MappingEndEvent, events.SequenceEndEvent)):
            yield "end", ""
        elif isinstance(event, events.DocumentStartEvent):
            yield "document", ""
