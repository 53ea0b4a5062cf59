"""The fix of what nothing refers to: an entry in a list of resources. It changes what a cluster gets."""

from infra_tool.lint import fix
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Mapping

KEY = "resources"


def listed(mark: Mark, repo: Repo, directory: str, entry: str) -> Mark:
    """Return a mark with the fix that lists an entry in a directory; without one where there is no file to do it in."""
    file = repo.graph.load(directory).file
    if file is None or not isinstance(file.root, Mapping) or file.path not in repo.tree.entries:
        return mark
    return mark._replace(fix=fix.inserted(file.file, file.root, KEY, entry), fix_path=file.path)
