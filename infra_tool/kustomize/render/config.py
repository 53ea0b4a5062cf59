"""Which fields of which kinds hold names, namespaces, labels, images and references, as far as a build knows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from infra_tool.kustomize.render import defaults
from infra_tool.kustomize.render.fieldspec import FieldSpec, Specs
from infra_tool.kustomize.render.order import rank
from infra_tool.kustomize.render.resource import Gvk


class Reference(NamedTuple):
    """Where objects of some kind are referred to by name."""

    gvk: Gvk
    specs: Specs


@dataclass(frozen=True)
class Config:
    """The places by purpose; `references` are in the order in which they are followed."""

    name_prefix: Specs = field(default_factory=Specs)
    name_suffix: Specs = field(default_factory=Specs)
    namespace: Specs = field(default_factory=Specs)
    common_labels: Specs = field(default_factory=Specs)
    labels: Specs = field(default_factory=Specs)
    template_labels: Specs = field(default_factory=Specs)
    common_annotations: Specs = field(default_factory=Specs)
    images: Specs = field(default_factory=Specs)
    replicas: Specs = field(default_factory=Specs)
    variables: Specs = field(default_factory=Specs)
    references: tuple[Reference, ...] = ()

    def merged(self, other: "Config") -> "Config":
        """Return all places of both; raises fieldspec.Conflict where they contradict each other.

        kustomize merges again what it merged before, sorted, so that what is for one kind can hide what is for all.
        """
        if other is DEFAULT:
            return DEFAULT if self is EMPTY else self
        specs = {name: getattr(self, name).merged(getattr(other, name).all).sorted() for name in NAMES}
        return replace(self, **specs, references=_merged(self.references, other.references))

    @cached_property
    def by_referrer(self) -> dict[Gvk, tuple[tuple[Gvk, FieldSpec], ...]]:
        """The references in objects of a kind, filled by `references_of`."""
        return {}

    def references_of(self, gvk: Gvk) -> tuple[tuple[Gvk, FieldSpec], ...]:
        """Return what objects of a kind may refer to, and where."""
        if gvk not in self.by_referrer:
            self.by_referrer[gvk] = tuple((one.gvk, spec) for one in self.references for spec in one.specs.of(gvk))
        return self.by_referrer[gvk]


NAMES = (
    "name_prefix", "name_suffix", "namespace", "common_labels", "labels", "template_labels", "common_annotations",
    "images", "replicas", "variables",
)  # fmt: skip


def _merged(references: tuple[Reference, ...], more: Iterable[Reference]) -> tuple[Reference, ...]:
    found = {one.gvk: one.specs for one in references}
    for gvk, specs in more:
        found[gvk] = found[gvk].merged(specs.all) if gvk in found else specs
    return tuple(sorted((Reference(gvk, specs) for gvk, specs in found.items()), key=lambda one: rank(one.gvk)))


def _default() -> Config:
    metadata_labels = defaults.specs(defaults.TEMPLATE_LABELS)
    return Config(
        name_prefix=Specs(defaults.specs("metadata/name")),
        name_suffix=Specs(defaults.specs("metadata/name")),
        namespace=Specs(defaults.specs(defaults.NAMESPACE)),
        common_labels=Specs((*defaults.specs(defaults.SELECTORS), *metadata_labels)),
        template_labels=Specs(metadata_labels),
        common_annotations=Specs(defaults.specs(defaults.ANNOTATIONS)),
        images=Specs(defaults.specs(defaults.IMAGES)),
        replicas=Specs(defaults.specs(defaults.REPLICAS)),
        variables=Specs(defaults.specs(defaults.VARIABLES)),
        references=_merged((), (Reference(gvk, Specs(specs)) for gvk, specs in defaults.references())),
    )


EMPTY = Config()
"""What a build begins with."""
DEFAULT = _default()
"""What kustomize 5.8.1 knows by itself."""
