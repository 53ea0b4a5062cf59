"""The workflows of Gitea Actions that a repo holds, read as far as rules about them need."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.lint.mark import Mark, between
from infra_tool.lint.subject import Source
from infra_tool.yamldoc import Content, Mapping, Scalar, Sequence, YamlFile
from infra_tool.yamldoc.ancestry import nodes

DIRECTORY = ".gitea/workflows/"
SUFFIXES = (".yml", ".yaml")
MERGE = "<<"


class Excerpt(NamedTuple):
    """A part of a file's text, and where it begins."""

    text: str
    start: int


class Step(NamedTuple):
    """A step of a job; `body` is None where it is no mapping."""

    node: Content
    body: Mapping | None

    @property
    def is_merged(self) -> bool:
        """Tell whether more is said of it elsewhere, where an anchor is."""
        return self.body is not None and self.body.key(MERGE) is not None

    def scalar(self, key: str) -> Scalar | None:
        """Return the scalar that stands under a key."""
        value = self.body.get(key) if self.body is not None else None
        return value if isinstance(value, Scalar) else None


class Job(NamedTuple):
    """A job; `body` is None where it is no mapping."""

    key: Scalar
    body: Mapping | None

    @property
    def name(self) -> str:
        """What others need it by."""
        return self.key.value

    @property
    def is_merged(self) -> bool:
        """Tell whether more is said of it elsewhere, where an anchor is."""
        return self.body is not None and self.body.key(MERGE) is not None

    @property
    def needs(self) -> tuple[Scalar, ...]:
        """The names of the jobs that it waits for."""
        value = self.body.get("needs") if self.body is not None else None
        items = value.values() if isinstance(value, Sequence) else (value,)
        return tuple(item for item in items if isinstance(item, Scalar) and item.value)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps."""
        value = self.body.get("steps") if self.body is not None else None
        items = value.values() if isinstance(value, Sequence) else ()
        return tuple(Step(item, item if isinstance(item, Mapping) else None) for item in items)


class Workflow(NamedTuple):
    """A workflow; `root` is None where it is no mapping."""

    file: YamlFile
    root: Mapping | None

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs, in the order of the file."""
        value = self.root.get("jobs") if self.root is not None else None
        entries = value.pairs() if isinstance(value, Mapping) else ()
        return tuple(Job(key, body if isinstance(body, Mapping) else None) for key, body in entries)

    @property
    def steps(self) -> Iterator[Step]:
        """The steps of all jobs."""
        return (step for job in self.jobs for step in job.steps)

    @property
    def scalars(self) -> list[Scalar]:
        """Every scalar, in the order of the file."""
        found = [node for node in nodes(self.file) if isinstance(node, Scalar)]
        return sorted(found, key=lambda node: node.start)

    def excerpt(self, node: Scalar) -> Excerpt:
        """Return the source of a scalar, its quotes included."""
        start, end = self.file.bounds(node)
        return Excerpt(self.file.text[start:end], start)

    def lines(self, node: Scalar) -> Iterator[Excerpt]:
        """Yield the lines of a script, or of any other scalar, without those that are comments of a script."""
        text, start = self.excerpt(node)
        for line in text.splitlines(keepends=True):
            if not line.lstrip().startswith("#"):
                yield Excerpt(line, start)
            start += len(line)

    def mark(self, excerpt: Excerpt, match: re.Match[str], message: str, help_: str | None = None) -> Mark:
        """Return a mark on what was found in an excerpt."""
        start, end = excerpt.start + match.start(), excerpt.start + match.end()
        return between(self.file, start, end, message, help_)


def workflow_of(source: Source) -> Workflow | None:
    """Return the workflow that a file is; None for any other file, and for what is not YAML."""
    path = source.path
    if not path.startswith(DIRECTORY) or not path.endswith(SUFFIXES) or "/" in path[len(DIRECTORY) :]:
        return None
    if source.file is None:
        return None
    root = next((document.root for document in source.file.documents), None)
    return Workflow(source.file, root if isinstance(root, Mapping) else None)


def awaited(jobs: tuple[Job, ...], job: Job) -> frozenset[str]:
    """Return the names of all jobs that one waits for, by way of others too; its own where they wait for each other."""
    return frozenset(ways(jobs, job))


def ways(jobs: tuple[Job, ...], job: Job) -> dict[str, tuple[str, ...]]:
    """Return the shortest way from a job to each that it waits for, both included."""
    by_name = {other.name: other for other in jobs}
    found: dict[str, tuple[str, ...]] = {}
    todo: list[tuple[str, ...]] = [(job.name,)]
    for way in todo:
        for need in by_name[way[-1]].needs:
            if need.value in by_name and need.value not in found:
                found[need.value] = (*way, need.value)
                todo.append(found[need.value])
    return found
