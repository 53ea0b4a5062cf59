"""What one cluster gets from the repo, as rules about objects that refer to each other see it."""

from infra_tool.lint.cluster.cluster import Cluster
from infra_tool.lint.cluster.gather import clusters
from infra_tool.lint.cluster.object import Kind, Object

__all__ = ["Cluster", "Kind", "Object", "clusters"]
