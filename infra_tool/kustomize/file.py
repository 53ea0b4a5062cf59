"""A kustomization file, read."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from infra_tool.kustomize import entries
from infra_tool.kustomize.check import check, pairs
from infra_tool.kustomize.entries import Entry, Fields, Generator, Image, Patch
from infra_tool.kustomize.problems import Problem
from infra_tool.yamldoc import Content, Mapping, Scalar, YamlFile

Kind = Literal["Kustomization", "Component"]


@dataclass(frozen=True, eq=False)
class KustomizationFile:
    """What a kustomization file says.

    `directory` is the one that it is the kustomization of ("" is the root); the file itself may lie elsewhere, behind a
    symlink. `fields` are its entries by lower-case name, as Go's decoder folds them.
    """

    directory: str
    file: YamlFile = field(repr=False)
    root: Content | None = field(repr=False)
    fields: Fields = field(repr=False)

    @property
    def path(self) -> str:
        """The file."""
        return self.file.path

    @cached_property
    def kind(self) -> Kind:
        """Component, or Kustomization, which is the default."""
        kind = self.text("kind")
        return "Component" if kind is not None and kind.value == "Component" else "Kustomization"

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What kustomize would refuse in the file itself."""
        return tuple(check(self.file, self.root))

    def text(self, name: str) -> Scalar | None:
        """Return the scalar of a field such as `namespace`; None when it is not given, or null."""
        return entries.text_node(self.fields, name)

    @property
    def namespace(self) -> Scalar | None:
        """The namespace for all objects."""
        return self.text("namespace")

    @property
    def name_prefix(self) -> Scalar | None:
        """What every name begins with."""
        return self.text("namePrefix")

    @property
    def name_suffix(self) -> Scalar | None:
        """What every name ends with."""
        return self.text("nameSuffix")

    @cached_property
    def resources(self) -> tuple[Entry, ...]:
        """`resources`, then `bases`: files, directories and URLs."""
        return (*entries.entries(self.fields, "resources"), *entries.entries(self.fields, "bases"))

    @cached_property
    def components(self) -> tuple[Entry, ...]:
        """`components`: directories and URLs."""
        return tuple(entries.entries(self.fields, "components"))

    @cached_property
    def patches(self) -> tuple[Patch, ...]:
        """The patches of all fields."""
        return tuple(entries.patches(self.fields))

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """`images`."""
        return tuple(entries.images(self.fields))

    @cached_property
    def generators(self) -> tuple[Generator, ...]:
        """The ConfigMaps and Secrets that are generated."""
        return tuple(entries.generators(self.fields))

    @cached_property
    def plugins(self) -> tuple[Entry, ...]:
        """Files and directories of `generators`, `transformers` and `validators`."""
        return tuple(entries.plugins(self.fields))

    @cached_property
    def inputs(self) -> tuple[Entry, ...]:
        """Every file that is named other than as a resource: patches, generator inputs, values, configuration."""
        return (
            *(patch.entry for patch in self.patches if patch.entry is not None),
            *(entry for generator in self.generators for entry in generator.files),
            *entries.other_files(self.fields),
            *entries.values_files(self.fields),
        )

    @property
    def makes_objects(self) -> bool:
        """Tell whether the file makes objects that are in no manifest: generators and charts."""
        return any(name in self.fields for name in MAKERS)


MAKERS = ("configmapgenerator", "secretgenerator", "generators", "helmcharts", "helmchartinflationgenerator")


def of(file: YamlFile, directory: str) -> KustomizationFile:
    """Return what a parsed kustomization file says; kustomize reads its first document alone."""
    root = file.documents[0].root if file.documents else None
    return KustomizationFile(directory, file, root, pairs(root) if isinstance(root, Mapping) else {})
