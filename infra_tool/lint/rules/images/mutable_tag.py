"""An image has a tag that is moved from build to build, such as `latest` or `main`.

A node pulls what the tag means at that moment: one commit runs different programs on different nodes and days, nothing
in git says which, and going back to the commit does not bring the old one back. Judged is the image that the cluster
gets, after the `images:` entries of every kustomization on the way. A digest beside the tag makes it fine.

```yaml
image: n8nio/n8n:latest      # n8nio/n8n:1.70.0
```

Fix: write a version, a commit, or a digest.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Pictured

CODE = "I002"
NAME = "mutable-tag"
SEVERITY: Severity = "error"

MUTABLE = frozenset({"latest", "main", "master", "edge", "stable", "dev", "develop", "nightly", "canary", "head"})


def check(about: Pictured, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield images with a tag that moves."""
    for use in about.images:
        image = use.reference
        if image.digest is None and image.tag in MUTABLE:
            yield use.tag_at.mark(f"{image}: the tag {image.tag} moves", "write a version, a commit, or a digest")
