"""Watch what Flux does with a commit: by the statuses that it reports to Gitea, or in the cluster itself."""

from infra_tool.watch.cluster import InCluster
from infra_tool.watch.reported import Reported
from infra_tool.watch.seen import Ask, Seen, until

__all__ = ["Ask", "InCluster", "Reported", "Seen", "until"]
