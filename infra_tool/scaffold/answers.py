"""The answers that a scaffold was made from, and the file that records them."""

from collections.abc import Mapping

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.scaffold.templates import Template

Answer = str | int | float | bool | None | list["Answer"] | dict[str, "Answer"]
Answers = dict[str, Answer]

NAME = ".copier-answers.yml"
HEADER = "# What this directory was made from, by infra-tool; it serves template updates. Do not edit.\n"


def plain(values: Mapping[str, object]) -> Answers:
    """Return the values as answers. Raises InfraToolError for one that is no plain data."""
    return {name: _plain(name, value) for name, value in values.items()}


def _plain(name: str, value: object) -> Answer:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(name, item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(name, item) for key, item in value.items()}
    raise InfraToolError(f"the answer {name} is no plain data")


def record(template: Template, answers: Answers) -> bytes:
    """Return the content of the answers file: source and version of the template, all answers, nothing of a machine."""
    head: Answers = {"_src_path": template.source}
    if template.version is not None:
        head["_version"] = template.version
    return (HEADER + yamldoc.dump({**head, **dict(sorted(answers.items()))})).encode()


def read(data: bytes, path: str) -> Answers:
    """Read an answers file."""
    file = yamldoc.parse(data, path)
    found = yamldoc.resolve(file.documents[0].root, "manifest") if file.documents else None
    if not isinstance(found, dict):
        raise InfraToolError("is no answers file", path=path)
    return plain({str(key): value for key, value in found.items()})


def differences(old: Answers, new: Answers) -> list[str]:
    """Name the answers that both have and that differ: the ones that give a name another meaning."""
    return [key for key in new if key in old and old[key] != new[key]]
