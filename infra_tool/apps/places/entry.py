"""An entry of `images:` in a kustomization file, or in the spec of a Flux Kustomization, which has the same form."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from infra_tool.apps.images import Override
from infra_tool.apps.places import fields
from infra_tool.apps.places.fields import Field
from infra_tool.apps.places.place import Edit, Version
from infra_tool.flux.kustomization import is_flux
from infra_tool.kustomize import Image
from infra_tool.kustomize.check import pairs
from infra_tool.kustomize.entries import images
from infra_tool.reference import Reference
from infra_tool.repo import KUSTOMIZATION_FILES
from infra_tool.yamldoc import Mapping, Node, Scalar, YamlFile, text

KUSTOMIZE = "kustomize.config.k8s.io/"


@dataclass(frozen=True)
class EntryPlace:
    """An entry of `images:`."""

    file: YamlFile
    entry: Image

    @property
    def node(self) -> Node:
        """The tag, else the digest, else the entry."""
        return self.entry.new_tag or self.entry.digest or self.entry.node

    @cached_property
    def override(self) -> Override:
        """What the entry says."""
        return Override(*(_text(scalar) for scalar in self.entry[1:5]))

    @property
    def image(self) -> Reference:
        """The image that the entry makes, under its new name."""
        says = self.override
        return Reference(says.new_name or says.name, says.new_tag or None, says.digest or None)

    @property
    def names(self) -> frozenset[str]:
        """The old name and the new one."""
        return frozenset(name for name in (self.override.name, self.override.new_name) if name)

    @property
    def container(self) -> None:
        """An entry is for every container with the image."""

    def edit(self, version: Version) -> Edit:
        """Set `newTag`, adding it where there is none; set the digest, or remove one that is out of date."""
        wanted = (
            Field("newTag", self.entry.new_tag, version.tag, ("newName", "name")),
            Field("digest", self.entry.digest, version.digest, ("newTag", "newName", "name")),
        )
        return fields.edit(self.file, self.entry.node, wanted)


def _text(scalar: Scalar | None) -> str:
    return scalar.value if scalar is not None else ""


def entries(file: YamlFile, owner: Mapping) -> tuple[EntryPlace, ...]:
    """Return the entries of the `images:` of a kustomization, or of the spec of a Flux Kustomization."""
    return tuple(EntryPlace(file, entry) for entry in images(pairs(owner)) if _text(entry.name))


def find(file: YamlFile) -> Iterator[EntryPlace]:
    """Yield the entries of a file that is a kustomization file or holds Flux Kustomizations."""
    for index, document in enumerate(file.documents):
        root = document.root
        if not isinstance(root, Mapping):
            continue
        if is_flux(root):
            spec = root.get("spec")
            yield from entries(file, spec) if isinstance(spec, Mapping) else ()
        elif (text(root, "apiVersion") or "").startswith(KUSTOMIZE) or (
            index == 0 and file.path.rpartition("/")[2] in KUSTOMIZATION_FILES
        ):
            yield from entries(file, root)
