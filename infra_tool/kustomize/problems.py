"""What is wrong with kustomization files and with what they name: values with a place, for callers to report.

Each is something that `kustomize build` 5.8.1 refuses, except LeavesRepo: outside of the repo Flux has nothing.
"""

from dataclasses import dataclass, field

from infra_tool.errors import InfraToolError
from infra_tool.yamldoc import Node, YamlFile


@dataclass(frozen=True)
class Problem:
    """Something wrong in `file` at `node`, or with the file as a whole."""

    file: YamlFile = field(compare=False, repr=False)
    path: str
    node: Node | None

    @property
    def message(self) -> str:
        """What is wrong, lower case, no full stop."""
        raise NotImplementedError

    @property
    def hint(self) -> str | None:
        """What to do about it."""
        return None

    def error(self) -> InfraToolError:
        """Return the problem as an error."""
        line = self.file.line(self.node) if self.node is not None else 1
        return InfraToolError(self.message, hint=self.hint, path=self.path, line=line)


@dataclass(frozen=True)
class UnknownField(Problem):
    """A field that kustomize does not know; `name` is dotted, `close` the field that was probably meant."""

    name: str
    close: str | None

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"kustomize knows no field {self.name}"

    @property
    def hint(self) -> str | None:
        """What to do."""
        return f"did you mean {self.close}?" if self.close else None


@dataclass(frozen=True)
class WrongType(Problem):
    """A field with a value of another type; kustomization files are YAML 1.1, where `on` is a boolean."""

    name: str
    wanted: str
    found: str

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.name} must be {self.wanted}, not {self.found}"

    @property
    def is_quotable(self) -> bool:
        """Tell whether quotes make the value what is wanted."""
        return self.wanted == "a text" and self.found in ("a number", "a boolean")

    @property
    def hint(self) -> str | None:
        """What to do."""
        return "put the value in quotes" if self.is_quotable else None


@dataclass(frozen=True)
class WrongHeader(Problem):
    """An apiVersion or kind that is not kustomize's; `is_flux`: it is a Flux object in such a file."""

    name: str
    value: str
    wanted: str
    is_flux: bool

    @property
    def message(self) -> str:
        """What is wrong."""
        if self.is_flux:
            return "a Flux Kustomization cannot be in a file that kustomize takes for its own"
        return f"{self.name} must be {self.wanted}, not {self.value}"

    @property
    def hint(self) -> str | None:
        """What to do."""
        return "give the file another name" if self.is_flux else None


@dataclass(frozen=True)
class Empty(Problem):
    """A kustomization file that says nothing."""

    @property
    def message(self) -> str:
        """What is wrong."""
        return "the kustomization file is empty"

    @property
    def hint(self) -> str | None:
        """What to do."""
        return "write resources: []"


@dataclass(frozen=True)
class TwoFiles(Problem):
    """A directory with more than one kustomization file; `paths` are all of them."""

    paths: tuple[str, ...]

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"kustomize refuses a directory with more than one kustomization file: {', '.join(self.paths)}"


@dataclass(frozen=True)
class Missing(Problem):
    """`field` names a file or directory that does not exist; `target` is its repo-relative path."""

    field: str
    target: str
    close: str | None
    wanted: str = "file"

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.field} names {self.target}, which does not exist"

    @property
    def hint(self) -> str | None:
        """What to do."""
        return f"did you mean {self.close}?" if self.close else None


@dataclass(frozen=True)
class WrongTarget(Problem):
    """`field` wants a file and names a directory, or the other way round."""

    field: str
    target: str
    wanted: str

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.field} names {self.target}, which is no {self.wanted}"


@dataclass(frozen=True)
class NoKustomization(Problem):
    """`field` names a directory without a kustomization file."""

    field: str
    target: str

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.field} names the directory {self.target}, which has no kustomization file"

    @property
    def hint(self) -> str | None:
        """What to do."""
        return "name its files, or add a kustomization.yaml there"


@dataclass(frozen=True)
class Cycle(Problem):
    """An entry leads back to a kustomization that is being built, or to a directory around one.

    `directories` is the way from that kustomization to the entry's target.
    """

    directories: tuple[str, ...]

    @property
    def message(self) -> str:
        """What is wrong."""
        first, last = self.directories[0], self.directories[-1]
        way = " -> ".join(name or "." for name in self.directories)
        if first == last:
            return f"kustomizations include each other: {way}"
        return f"{last or '.'} lies around {first}, which includes it: {way}"


@dataclass(frozen=True)
class Twice(Problem):
    """One kustomization includes the same objects twice; `first` is where it did so before."""

    target: str
    first: Node = field(compare=False, repr=False)

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.target} is included twice, first on line {self.file.line(self.first)}"


@dataclass(frozen=True)
class LeavesRepo(Problem):
    """`field` names something outside of the repo, directly or by a symlink."""

    field: str
    target: str

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.field} names {self.target}, which is outside of the repo"


@dataclass(frozen=True)
class WrongKind(Problem):
    """A Component under `resources`, or a Kustomization under `components`."""

    field: str
    target: str
    kind: str

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.target} is a {self.kind}, which cannot be under {self.field}"

    @property
    def hint(self) -> str | None:
        """What to do."""
        return f"list it under {'components' if self.kind == 'Component' else 'resources'}"


@dataclass(frozen=True)
class NotKrm(Problem):
    """A document of `target`, which is listed as a resource, is no Kubernetes object; `document` is the one."""

    target: str
    lacks: str
    line: int
    document: Node = field(compare=False, repr=False)

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.target} is no Kubernetes object: line {self.line} lacks {self.lacks}"


@dataclass(frozen=True)
class Unreadable(Problem):
    """`target` cannot be read or parsed; `reason` says why."""

    target: str
    reason: InfraToolError = field(compare=False)

    @property
    def message(self) -> str:
        """What is wrong."""
        line = f" line {self.reason.line}:" if self.reason.line is not None else ""
        return f"{self.target} cannot be read:{line} {self.reason.message}"
