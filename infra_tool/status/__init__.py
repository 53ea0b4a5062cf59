"""What runs where, since when and by which commit: values first, pages from them."""

from infra_tool.status.graph import Edge, edges, mermaid
from infra_tool.status.page import html, markdown
from infra_tool.status.state import ClusterState, Facts, Running, ServiceState, state

__all__ = ["ClusterState", "Edge", "Facts", "Running", "ServiceState", "edges", "html", "markdown", "mermaid", "state"]
