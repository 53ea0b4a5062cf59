"""What is not rendered natively, refused by name."""

from collections.abc import Iterator

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.check import is_null
from infra_tool.kustomize.entries import entries
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.yamldoc import Content, Mapping, Sequence

FIELDS = {
    "helmcharts": "helmCharts",
    "helmchartinflationgenerator": "helmChartInflationGenerator",
    "crds": "crds",
    "openapi": "openapi",
    "validators": "validators",
}
HINT = "--engine kustomize builds with the kustomize program"


class UnsupportedError(InfraToolError):
    """A feature of kustomize that only the program itself has (exit 3)."""

    code = "unsupported"


def unsupported(name: str, *, path: str, line: int) -> UnsupportedError:
    """Return the error that refuses a feature."""
    return UnsupportedError(f"{name} is not rendered natively", hint=HINT, path=path, line=line)


def refuse(file: KustomizationFile) -> None:
    """Raise UnsupportedError for the first field that is not rendered natively."""
    for name, node in _used(file):
        raise unsupported(name, path=file.path, line=file.file.line(node))


def _used(file: KustomizationFile) -> Iterator[tuple[str, Content]]:
    for field, name in FIELDS.items():
        if field in file.fields and not _is_empty(file.fields[field][1]):
            yield name, file.fields[field][0]
    for entry in entries(file.fields, "buildMetadata"):
        if entry.text == "transformerAnnotations":
            yield "buildMetadata: transformerAnnotations", entry.node


def _is_empty(node: Content) -> bool:
    return is_null(node) or (isinstance(node, (Mapping, Sequence)) and not node.items)
