"""The kinds of one Kubernetes version and the shapes of their fields."""

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from infra_tool.schema import admission, cache, source
from infra_tool.schema.check import check
from infra_tool.schema.crds import Customs
from infra_tool.schema.kinds import homes
from infra_tool.schema.shapes import Shape, Shapes
from infra_tool.schema.violation import Verdict
from infra_tool.yamldoc import Mapping


class Schemas:
    """The schemas of one Kubernetes minor version.

    `version` is the minor that is used ("1.33"), `asked` the one that was asked for; they differ when
    kubernetes-validate does not bring that one along. `kinds` has, by apiVersion, the name of each kind's definition.
    """

    def __init__(self, bundle: cache.Bundle, *, version: str, asked: str, customs: Customs | None = None) -> None:
        """Use the definitions of `bundle`, and those of `customs` for what is no kind of Kubernetes itself."""
        self.version = version
        self.asked = asked
        self.kinds = bundle.kinds
        self.shapes = Shapes(bundle.definitions, admission.complete)
        self.customs = customs or Customs()
        self._bundle = bundle

    def kind(self, api_version: str, kind: str) -> Shape | None:
        """Return the shape of a kind's objects; None when this version has no such kind."""
        name = self.kinds.get(api_version, {}).get(kind)
        return None if name is None else self.shapes.applied(name)

    def with_definitions(self, roots: Iterable[Mapping]) -> "Schemas":
        """Return these schemas with those of the custom resources that some objects define."""
        schemas = Schemas(self._bundle, version=self.version, asked=self.asked, customs=Customs(roots))
        schemas.shapes = self.shapes
        return schemas

    def homes(self, kind: str) -> list[str]:
        """Return the API versions that have a kind, the most stable first."""
        return homes(self.kinds, kind)

    def check(self, root: Mapping) -> Verdict:
        """Hold one document against its schema; of a List, each item."""
        return check(self, root)


def load(minor: str | None = None) -> Schemas:
    """Return the schemas for a Kubernetes minor version such as "1.33"; None stands for the newest there is.

    That is the newest version not newer than `minor`, else the oldest. The first call of a version reads 1.5 MB and
    leaves a small file in $XDG_CACHE_HOME/infra-tool; with it a load takes about 1 ms. Raises UsageError for what is no
    version, InfraToolError when kubernetes-validate is not there or broken.
    """
    return _load(minor, cache.directory(os.environ))


def load_from(directory: Path | None, minor: str | None = None) -> Schemas:
    """Return the schemas as `load` does, with the cache in `directory`; None keeps no cache."""
    found = source.locate(minor)
    version = f"{found.version[0]}.{found.version[1]}"
    asked = version if minor is None else "{}.{}".format(*source.minor(minor))
    file = directory / cache.name(found) if directory else None
    bundle = cache.read(file) if file else None
    if bundle is None:
        bundle = cache.encode(source.read(found))
        if file:
            cache.write(file, bundle)
    return Schemas(bundle, version=version, asked=asked)


@lru_cache(maxsize=8)
def _load(minor: str | None, directory: Path | None) -> Schemas:
    return load_from(directory, minor)
