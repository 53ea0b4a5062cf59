"""An image has neither tag nor digest.

It means `latest`: a node that has no copy yet pulls whatever is newest, so that one commit runs different programs on
different days, and going back to the commit does not bring the old one back. Judged is the image that the cluster gets,
after the `images:` entries of every kustomization on the way.

```yaml
image: n8nio/n8n             # n8nio/n8n:1.70.0
```

Fix: write the version that is meant, or the digest.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint import placeholder
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Pictured

CODE = "I001"
NAME = "untagged-image"
SEVERITY: Severity = "error"


def check(about: Pictured, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield images that name no version."""
    for use in about.images:
        image = use.reference
        if not image.tag and image.digest is None and placeholder.find(image) is None:
            yield use.tag_at.mark(f"{image.name} has neither tag nor digest", "write the version: NAME:TAG")
