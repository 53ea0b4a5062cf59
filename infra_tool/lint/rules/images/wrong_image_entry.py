"""An `images:` entry has a tag where none belongs, or a tag that YAML reads as a number.

`newName` is a name alone: with a tag in it the cluster gets `repo:1:2`, which is no image. Kustomization files are YAML
1.1, where `1.10` is the number 1.1 and `on` a boolean: kustomize refuses the file.

```yaml
images:
  - name: n8nio/n8n
    newTag: 1.10                 # "1.10"
```

Fix: move the tag to `newTag`, and put it in quotes.
"""

from collections.abc import Iterator

from infra_tool import reference
from infra_tool.finding import Severity
from infra_tool.lint import fix
from infra_tool.lint.kustomizations import kustomizations
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Scalar, YamlFile, resolve_scalar

CODE = "I011"
NAME = "wrong-image-entry"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield parts of entries that kustomize would take for something else."""
    for file in kustomizations(repo):
        for entry in file.images:
            if entry.new_name is not None and _has_tag(entry.new_name.value):
                message = f"newName is a name alone, and {entry.new_name.value} holds a tag or digest"
                yield at(file.file, entry.new_name, message, "move it to newTag or digest")
            if entry.new_tag is not None and not _is_text(entry.new_tag):
                yield _unquoted(file.file, entry.new_tag)


def _has_tag(name: str) -> bool:
    found = reference.split(name)
    return found.tag is not None or found.digest is not None


def _is_text(node: Scalar) -> bool:
    return isinstance(resolve_scalar(node, "kustomization"), str)


def _unquoted(file: YamlFile, node: Scalar) -> Mark:
    mark = at(file, node, f"newTag {node.value} is no text to kustomize", f'write "{node.value}", in quotes')
    return fix.safely(mark, fix.replaced(file, node, node.value))
