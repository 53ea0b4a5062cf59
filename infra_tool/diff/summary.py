"""A difference in one line."""

from collections import Counter

from infra_tool.diff.compare import Difference
from infra_tool.diff.objects import Action

WORDS: dict[Action, str] = {"created": "created", "changed": "changed", "deleted": "deleted", "stays": "not removed"}
NOTHING = "nothing changes in what the clusters get"


def summary(found: Difference) -> str:
    """Return how many objects are new, change and go, and how many workloads restart."""
    counts = Counter(one.action for one in found.objects)
    words = [f"{counts[action]} {word}" for action, word in WORDS.items() if counts[action]]
    restarts = len(found.restarts)
    words += [f"pods of {restarts} workload{'s' if restarts > 1 else ''} restart"] if restarts else []
    words += [f"{len(found.gaps)} not compared"] if found.gaps else []
    return ", ".join(words) or NOTHING
