"""What changes in the clusters between two trees."""

from infra_tool.diff.compare import Difference, Gap, compare
from infra_tool.diff.markdown import markdown
from infra_tool.diff.objects import Action, ObjectChange
from infra_tool.diff.shown import Field
from infra_tool.diff.summary import summary
from infra_tool.diff.text import lines

__all__ = ["Action", "Difference", "Field", "Gap", "ObjectChange", "compare", "lines", "markdown", "summary"]
