"""An infra repo in memory, made by the code under test: two people's keys, one cluster."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from infra_tool import scaffold, sops
from infra_tool.edits import Change, Commit, MemoryTree, Overlay, Plan, Tree
from infra_tool.finding import Finding
from infra_tool.scaffold import ClusterWanted, Holder, Key, NewService, RepoWanted, Wanted
from infra_tool.sops import Entropy, Identities, Identity

R = TypeVar("R")

REMOTE = "ssh://git@git.example.org:2222/team/infra.git"

Infra = Callable[..., Tree]
Make = Callable[..., Plan[NewService]]


@dataclass(frozen=True)
class Snap:
    """A snapshot without a past."""

    tree: Tree
    revision: str | None = None

    def log(self, paths: Iterable[str] = ()) -> Iterator[Commit]:
        del paths
        return iter(())


@dataclass(frozen=True)
class People:
    """Who holds keys."""

    laura: Identity
    recovery: Identity
    koala: Identity

    @staticmethod
    def keys(holder: Identity) -> Identities:
        return Identities((holder.secret,), looked=("the test",))


def run_on(tree: Tree, change: Change[R]) -> Plan[R]:
    return change(Snap(tree))


def edit(tree: Tree, **texts: str) -> Tree:
    """Return the tree with files of other contents; `__` in a name stands for a slash."""
    files = {path: tree.read(path) for path in tree.entries}
    return MemoryTree(files | {name.replace("__", "/"): text.encode() for name, text in texts.items()})


@pytest.fixture(scope="session")
def people() -> People:
    return People(*(sops.generate_identity() for _ in range(3)))


@pytest.fixture(scope="session")
def entropy() -> Entropy:
    return Entropy(now=datetime(2026, 1, 31, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def infra(people: People, entropy: Entropy) -> Infra:
    """Return what makes a repo with the cluster koala; `cluster` False leaves that out, `options` go into init."""
    made: dict[str, Tree] = {}

    def build(*, cluster: bool = True, **options: str) -> Tree:
        key = repr((cluster, sorted(options.items())))
        if key not in made:
            asked = {"registry": "registry.example.org", "owner": "team", "remote": REMOTE, **options}
            holders = (Holder("Laura", Key(people.laura.recipient)),)
            wanted = RepoWanted(name="infra", people=holders, recovery=Key(people.recovery.recipient), **asked)
            tree = MemoryTree({})
            made[key] = Overlay(tree, run_on(tree, scaffold.init(wanted)).edits)
            if cluster:
                change = scaffold.new_cluster(ClusterWanted(name="koala"), people.koala, entropy)
                made[key] = Overlay(made[key], run_on(made[key], change).edits)
        return made[key]

    return build


@pytest.fixture
def make(entropy: Entropy) -> Make:
    """Make a service with the built-in template; lint finds `before` always, `says` only where the service is."""

    def new(
        tree: Tree,
        name: str = "n8n",
        *,
        says: Sequence[Finding] = (),
        before: Sequence[Finding] = (),
        **options: object,
    ) -> Plan[NewService]:
        wanted = Wanted(name=name, **options)
        with scaffold.templates.opened(None, "service") as template:
            lint = lambda seen: (*before, *(says if len(seen.entries) > len(tree.entries) else ()))  # noqa: E731
            return run_on(tree, scaffold.new_service(wanted, template, entropy=entropy, lint=lint))

    return new


@pytest.fixture
def on() -> Callable[[Tree, Change[R]], Plan[R]]:
    """Return what plans a change on a tree."""
    return run_on


@pytest.fixture
def changed() -> Callable[..., Tree]:
    """Return what gives a tree other files."""
    return edit
