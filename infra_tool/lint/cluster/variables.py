"""What Flux cannot replace in the objects of a cluster."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.flux import substitution
from infra_tool.flux.variables import Variables
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster.object import Object


class Open(NamedTuple):
    """A text in an object that Flux cannot replace: a variable that nobody sets, or what is none."""

    owner: Object
    leaf: Leaf
    text: str


def unset(one: Object, variables: Variables) -> Iterator[Open]:
    """Yield the variables in an object that nobody sets and that have no default."""
    if variables.names:
        for leaf, name in substitution.bare(one.value):
            if name not in variables.names:
                yield Open(one, leaf, name)


def broken(one: Object, variables: Variables) -> Iterator[Open]:
    """Yield the texts in an object that Flux takes for variables and cannot read."""
    if variables.act:
        for leaf, text_ in substitution.broken(one.value):
            yield Open(one, leaf, text_)
