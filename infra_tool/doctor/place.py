"""The infra repo itself: whether one stands in one, and can read it."""

from collections.abc import Iterator

from infra_tool.doctor.line import Here, Line

NAME = "repo"


def check(here: Here) -> Iterator[Line]:
    """Tell where it is; what cannot be read hides everything that is asked about it."""
    if here.problem is not None:
        yield Line("fail", str(here.problem), here.problem.hint)
    elif here.root is None:
        yield Line(
            "unchecked", "this is no infra repo: what is asked about one is left out", "-C DIR, or infra-tool init"
        )
    else:
        yield Line("ok", f"{here.root} can be read")
