"""What rules judge: one file, one manifest with its ways into a cluster, the whole repo."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from infra_tool import sops
from infra_tool.yamldoc import Mapping as MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra_tool.edits import Tree
    from infra_tool.flux import FluxKustomization, Root
    from infra_tool.kustomize import Build, Graph
    from infra_tool.lint.cluster import Cluster
    from infra_tool.lint.effective import Image, Use
    from infra_tool.lint.patched import Lacks
    from infra_tool.repo import Config
    from infra_tool.schema import Schemas, Verdict
    from infra_tool.sops import Problem, Rules
    from infra_tool.yamldoc import YamlError, YamlFile


@dataclass(frozen=True)
class Facts:
    """What holds for the repo as a whole and a rule about one file may depend on: a change judges every file again.

    `rules` are those of `.sops.yaml`, None when there is no file or it cannot be read; `is_ours`: the repo has
    `.infra-tool.yaml`; `definitions` are those of custom resources that the clusters get.
    """

    config: Config
    rules: Rules | None
    is_ours: bool
    definitions: tuple[MappingNode, ...] = ()

    @cached_property
    def schemas(self) -> Schemas:
        """The schemas of the Kubernetes version that the clusters have, and of what their definitions add."""
        return self._schemas(self.config.kubernetes)

    def _schemas(self, minor: str | None) -> Schemas:
        from infra_tool import schema  # noqa: PLC0415 -- most rules about one file need none

        schemas = schema.load(minor)
        return schemas.with_definitions(self.definitions) if self.definitions else schemas

    @cached_property
    def newest(self) -> Schemas | None:
        """The newest schemas there are, where the configuration does not say which Kubernetes the clusters have."""
        return None if "kubernetes" in self.config.stated else self._schemas(None)


@dataclass(frozen=True)
class Source:
    """A file: its bytes, and as YAML where its name says so and it can be read; `error` says why it could not be."""

    path: str
    data: bytes = field(repr=False)
    file: YamlFile | None = None
    error: YamlError | None = None

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with its encryption, or still to be encrypted; told without any key."""
        if self.file is None or not (b"sops" in self.data or b"Secret" in self.data):
            return ()
        return tuple(sops.inspect(self.file))


class Way(NamedTuple):
    """One way on which a manifest gets into a cluster.

    `root` is the directory of the build, `chain` the kustomization files from it, outermost first. `images` are the
    entries that act on the manifest (`effective.entry` makes one), in the order in which they act: those of the
    transformers, then Flux's own. `decrypts` and `substitutes` tell whether Flux does so with the build. `leading` are
    the files that lead to the Flux Kustomization of the build, itself the last. `moves` tells whether everything on it
    gets another namespace.
    """

    root: str
    chain: tuple[str, ...]
    images: tuple[Image, ...] = ()
    decrypts: bool = False
    substitutes: bool = False
    leading: tuple[str, ...] = ()
    moves: bool = False


class Pictured(Protocol):
    """What has images that a cluster gets."""

    @property
    def images(self) -> tuple[Use, ...]:
        """The images."""
        ...


@dataclass(frozen=True)
class Applied:
    """A manifest that at least one cluster gets, and the ways on which it does; `ways` is never empty.

    `heals` tells whether patches on the way may set what an object of a kind lacks.
    """

    file: YamlFile
    ways: tuple[Way, ...]
    heals: Callable[[str | None, Lacks], bool] = field(default=lambda _, __: False, compare=False)

    @cached_property
    def images(self) -> tuple[Use, ...]:
        """The images that clusters get by it."""
        from infra_tool.lint import effective  # noqa: PLC0415 -- as above

        return tuple(effective.uses(self.file, ((way.images, way.substitutes) for way in self.ways)))

    @cached_property
    def _verdicts(self) -> dict[Schemas, tuple[Verdict, ...]]:
        return {}

    def verdicts(self, schemas: Schemas) -> tuple[Verdict, ...]:
        """Return what the schemas say about each document; asked again, it is not judged again."""
        if schemas not in self._verdicts:
            roots = (document.root for document in self.file.documents)
            self._verdicts[schemas] = tuple(schemas.check(root) for root in roots if isinstance(root, MappingNode))
        return self._verdicts[schemas]


@dataclass(frozen=True)
class Repo:
    """The whole repo.

    `sources` are all files that were read, by path, `reasons` why each of the others was not. `roots` are the builds
    that the clusters get, `builds` the same by directory; `graph` reads any other kustomization. `flux` is every Flux
    Kustomization among what is applied.
    """

    tree: Tree
    facts: Facts
    sources: Mapping[str, Source]
    reasons: Mapping[str, str]
    graph: Graph
    roots: tuple[Root, ...]
    builds: Mapping[str, Build]
    flux: tuple[FluxKustomization, ...]
    applied: Mapping[str, Applied]

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """What each cluster gets, rendered: only for who needs it."""
        from infra_tool.lint.cluster import clusters  # noqa: PLC0415 -- it is made of this

        return tuple(clusters(self))
