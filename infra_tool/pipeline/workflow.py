"""Read a workflow: its jobs as they stand, to be kept beside the one that deploys."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from infra_tool import yamldoc
from infra_tool.errors import UsageError
from infra_tool.yamldoc import Mapping, Scalar, Sequence, YamlFile

DEPLOY = "deploy"
CARRIED = ("env", "defaults", "permissions")
"""What stands beside the jobs and holds for each of them."""


class Workflow(NamedTuple):
    """What there is in a workflow.

    `names` and `jobs` are those of every job but the one that deploys, `top` is what holds for all of them: lines as
    they stand, without the last line feed. `indent` is by how much jobs are indented, `label` the runner of the job
    that deploys, or else of the first one, `events` what starts the workflow, `branch` the first branch whose pushes
    do. `deploy` is the environment of the job that deploys; None where there is no such job.
    """

    names: tuple[str, ...]
    jobs: str
    top: str
    indent: int
    label: str | None
    events: frozenset[str]
    branch: str | None
    deploy: dict[str, str] | None


def read(data: bytes, path: str) -> Workflow:
    """Return what there is in a workflow. Raises UsageError for one whose jobs cannot be taken out as lines."""
    file = _parse(data, path)
    root = file.documents[0].root if len(file.documents) == 1 else None
    if not isinstance(root, Mapping):
        raise UsageError("is no workflow", path=path)
    jobs = root.get("jobs")
    if not isinstance(jobs, Mapping) or jobs.flow or root.flow or not jobs.items:
        raise UsageError("has no jobs that can be kept", path=path, hint="write them one below the other, under jobs:")
    lines = file.text.replace("\r\n", "\n").split("\n")
    top = dict(_blocks(file, lines, [key for key, _ in root.pairs()], len(lines)))
    blocks = dict(_blocks(file, lines, [key for key, _ in jobs.pairs()], _end(file, lines, root)))
    kept = [name for name in blocks if name != DEPLOY]
    return Workflow(
        names=tuple(kept),
        jobs="\n".join(blocks[name] for name in kept).strip("\n").rstrip(),
        top="\n".join(top[name].strip() for name in CARRIED if name in top),
        indent=file.position(jobs.items[0][0].start).column - 1,
        label=next((text for name in (DEPLOY, *kept) if (text := yamldoc.text(jobs, name, "runs-on"))), None),
        events=frozenset(_events(root)),
        branch=yamldoc.text(root, "on", "push", "branches", 0),
        deploy=_environment(jobs) if DEPLOY in blocks else None,
    )


def is_same(one: bytes, other: bytes, path: str, names: Iterable[str]) -> bool:
    """Tell whether jobs mean the same in both workflows."""
    found = [yamldoc.lookup(_parse(data, path).documents[0].root, "jobs") for data in (one, other)]
    return all(_meaning(found[0], name) == _meaning(found[1], name) for name in names)


def _meaning(jobs: yamldoc.Content | None, name: str) -> object:
    node = yamldoc.lookup(jobs, name)
    return None if node is None else yamldoc.resolve(node, "manifest")


def _parse(data: bytes, path: str) -> YamlFile:
    try:
        return yamldoc.parse(data, path)
    except yamldoc.YamlError as error:
        raise UsageError(error.message, path=error.path, line=error.line) from error


def _blocks(file: YamlFile, lines: list[str], keys: list[Scalar], end: int) -> Iterator[tuple[str, str]]:
    """Yield each key with its lines, the comments above it included."""
    starts = [_start(file, lines, key) for key in keys]
    for key, start, after in zip(keys, starts, [*starts[1:], end], strict=True):
        yield key.value, "\n".join(lines[start:after])


def _start(file: YamlFile, lines: list[str], key: Scalar) -> int:
    """Return the index of the first line of a key; empty lines and comments above it belong to it."""
    line, column = file.position(key.start)
    index = line - 1
    comment = f"{' ' * (column - 1)}#"
    while index and (not lines[index - 1].strip() or lines[index - 1].startswith(comment)):
        index -= 1
    return index


def _end(file: YamlFile, lines: list[str], root: Mapping) -> int:
    """Return the index of the line behind the jobs."""
    keys = [key for key, _ in root.pairs()]
    later = keys[[key.value for key in keys].index("jobs") + 1 :]
    return _start(file, lines, later[0]) if later else len(lines)


def _events(root: Mapping) -> Iterator[str]:
    on = root.get("on")
    if isinstance(on, Scalar):
        yield on.value
    elif isinstance(on, Sequence):
        yield from (item.value for item in on.values() if isinstance(item, Scalar))
    elif isinstance(on, Mapping):
        yield from (key.value for key, _ in on.pairs())


def _environment(jobs: Mapping) -> dict[str, str]:
    environment = yamldoc.lookup(jobs, DEPLOY, "env")
    pairs = environment.pairs() if isinstance(environment, Mapping) else ()
    return {key.value: value.value for key, value in pairs if isinstance(value, Scalar)}
