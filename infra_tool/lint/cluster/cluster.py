"""One cluster: its objects, what controllers make of them, and what may be there that the repo does not show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from infra_tool.kustomize.render import Aim, Part
from infra_tool.lint.cluster import producers, rights
from infra_tool.lint.cluster.object import (
    CONFIG_MAP,
    HELM_RELEASE,
    NAMESPACE,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    Kind,
    Object,
)
from infra_tool.lint.cluster.pods import Pod, pod_of
from infra_tool.lint.cluster.producers import Made
from infra_tool.lint.cluster.variables import Open
from infra_tool.lint.effective import CIPHERTEXT
from infra_tool.lint.subject import Repo

SYSTEM = frozenset(("kube-system", "kube-public", "kube-node-lease"))
"""Namespaces in which Kubernetes itself keeps things."""
FLUX = "flux-system"
"""The namespace into which `flux bootstrap` puts things that are in no repo."""

FLUX_KINDS = ".toolkit.fluxcd.io"
"""The groups of Flux; charts and operators hold none of its objects."""

ALWAYS = {
    SERVICE_ACCOUNT: ("default",),
    CONFIG_MAP: ("kube-root-ca.crt",),
    NAMESPACE: ("default", FLUX, *SYSTEM),
}
"""What every namespace, or cluster, has by itself."""

Key = tuple[Kind, str, str]


@dataclass(frozen=True, eq=False)
class Cluster:
    """What one cluster gets.

    `name` is None where no directory of `clusters/` leads to it: then the objects may be those of several. `gaps` are
    the parts of builds that could not be rendered, `hidden` the namespaces whose objects are not all in this repo for
    that reason; None among them stands for all namespaces. `aims` are the patches with a target,
    `unset` the variables that Flux has no value for, `broken` the texts that it takes for variables and cannot read.
    """

    name: str | None
    repo: Repo
    objects: tuple[Object, ...]
    gaps: tuple[Part, ...] = ()
    hidden: frozenset[str | None] = frozenset()
    aims: tuple[Aim, ...] = ()
    unset: tuple[Open, ...] = ()
    broken: tuple[Open, ...] = ()

    @cached_property
    def _by_key(self) -> dict[Key, list[Object]]:
        found: dict[Key, list[Object]] = {}
        for one in self.objects:
            for name in (one.name, *one.earlier):
                found.setdefault((one.kind, one.namespace, name), []).append(one)
        return found

    @cached_property
    def _by_kind(self) -> Mapping[Kind, list[Object]]:
        found: dict[Kind, list[Object]] = {}
        for one in self.objects:
            found.setdefault(one.kind, []).append(one)
        return found

    @cached_property
    def pods(self) -> tuple[Pod, ...]:
        """The pods of all objects that make some."""
        return tuple(pod for one in self.objects if (pod := pod_of(one)) is not None)

    @cached_property
    def _pods_by_namespace(self) -> dict[str, list[Pod]]:
        found: dict[str, list[Pod]] = {}
        for pod in self.pods:
            found.setdefault(pod.namespace, []).append(pod)
        return found

    def pods_in(self, namespace: str) -> list[Pod]:
        """Return the pods of a namespace."""
        return self._pods_by_namespace.get(namespace, [])

    def of(self, *kinds: Kind) -> Iterator[Object]:
        """Yield the objects of some kinds."""
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    def find(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Return an object; one that was renamed is found by its earlier names too.

        None where there are several: they may be those of several clusters.
        """
        found = self._by_key.get((kind, namespace, name), ())
        return found[0] if len(found) == 1 else None

    def has(self, kind: Kind, namespace: str, name: str) -> bool:
        """Tell whether the cluster gets an object, by the repo or made by a controller."""
        key = (kind, namespace, name)
        return key in self._by_key or key in self._made

    def names(self, kind: Kind, namespace: str) -> list[str]:
        """Return what the objects of a kind are called in a namespace, those that controllers make as well."""
        made = (one.name for one in self._made.values() if (one.kind, one.namespace) == (kind, namespace))
        return [*(one.name for one in self.of(kind) if one.namespace == namespace), *made]

    def made(self, kind: Kind, namespace: str, name: str) -> Made | None:
        """Return what a controller makes under a name."""
        return self._made.get((kind, namespace, name))

    def lacks(self, kind: Kind, namespace: str, name: str, *, charts: bool = True) -> bool:
        """Tell whether it is certain that the cluster does not get an object.

        A name that is empty, encrypted, or has a variable, is none to be certain about. `charts` False is for what has
        to be there before a chart is installed, so that none brings it.
        """
        if not self._is_sure(kind, namespace, name) or self.has(kind, namespace, name):
            return False
        return not (self.may_have_more(kind, namespace, charts=charts) or self._is_known(kind, namespace, name))

    def misspells(self, kind: Kind, namespace: str, name: str) -> str | None:
        """Return the object of the repo that is meant by a name which nothing in it has, as far as that is plain."""
        if not self._is_sure(kind, namespace, name) or self.has(kind, namespace, name):
            return None
        from infra_tool.lint.cluster.misspelt import is_misspelt  # noqa: PLC0415 -- only where something is missing

        own = (one.name for one in self.of(kind) if one.namespace == namespace)
        other = next((each for each in own if is_misspelt(name, each)), None)
        return None if other is None or self._is_known(kind, namespace, name) else other

    def may_have_more(self, kind: Kind, namespace: str, *, charts: bool = True) -> bool:
        """Tell whether a namespace may have objects of a kind that the repo does not show."""
        if None in self.hidden or namespace in self.hidden or kind.group.endswith(FLUX_KINDS):
            return not self.hidden.isdisjoint((None, namespace))
        opened = self._opened if charts else self._opened_by_operators
        return (
            namespace in opened
            or namespace in SYSTEM
            or (not namespace and kind != NAMESPACE and bool(self._opened))
            or (namespace == FLUX and kind in (SECRET, SERVICE_ACCOUNT, SERVICE))
            or (namespace, kind) in self._makers
            or (kind in (SECRET, CONFIG_MAP) and self._fills_namespaces)
        )

    @cached_property
    def _made(self) -> dict[Key, Made]:
        found: dict[Key, Made] = {}
        for made in (made for one in self.objects for made in producers.made_by(one) if made.name):
            key = (made.kind, made.namespace, made.name)
            found[key] = made._replace(keys=None) if key in found else made
        return found

    @cached_property
    def _opened(self) -> frozenset[str]:
        unknown = (one for one in self.objects if producers.is_unknown(one))
        return frozenset(namespace for one in unknown for namespace in producers.opened_by(one))

    @cached_property
    def _opened_by_operators(self) -> frozenset[str]:
        unknown = (one for one in self.objects if producers.is_unknown(one) and one.kind != HELM_RELEASE)
        return frozenset(namespace for one in unknown for namespace in producers.opened_by(one))

    @cached_property
    def _makers(self) -> frozenset[tuple[str, Kind]]:
        return frozenset(rights.makers(self.objects))

    @cached_property
    def _fills_namespaces(self) -> bool:
        return any(one.kind in producers.EVERYWHERE for one in self.objects)

    @cached_property
    def _copied(self) -> frozenset[tuple[Kind, str]]:
        return frozenset((one.kind, one.name) for one in self.of(SECRET, CONFIG_MAP) if producers.is_copied(one))

    @cached_property
    def _beside(self) -> frozenset[tuple[Kind, str, str]]:
        """The objects in files that nothing applies, by name; people put those of some directories in by hand."""
        from infra_tool.lint.cluster.beside import beside  # noqa: PLC0415 -- only where something is missing

        return frozenset(beside(self.repo))

    def _is_made_by_hand(self, namespace: str) -> bool:
        from infra_tool.lint.cluster.beside import mentions  # noqa: PLC0415 -- only where one is missing

        return mentions(self.repo, namespace)

    @staticmethod
    def _is_sure(kind: Kind, namespace: str, name: str) -> bool:
        """Tell whether a name is one to be certain about, and not of what is always there."""
        is_open = "$" in f"{name}{namespace}" or name.startswith(CIPHERTEXT)
        return bool(name) and not is_open and name not in ALWAYS.get(kind, ())

    def _is_known(self, kind: Kind, namespace: str, name: str) -> bool:
        known = self.repo.facts.config.lint.known
        if kind == NAMESPACE and (name in known.namespaces or self._is_made_by_hand(name)):
            return True
        if kind == SECRET and f"{namespace}/{name}" in known.secrets:
            return True
        if (kind, name) in self._copied:
            return True
        return not self._beside.isdisjoint(((kind, namespace, name), (kind, "", name)))
