"""An image is no valid reference: capital letters in its path, a tag or digest that cannot be one, two tags.

The pod waits for ever with `InvalidImageName`. Judged is the image that the cluster gets, after the `images:` entries
of every kustomization on the way.

```yaml
image: n8nio/N8N:1.70.0          # capital letters
```

Fix: write `[REGISTRY/]PATH[:TAG][@sha256:DIGEST]`.
"""

from collections.abc import Iterator

from infra_tool import reference
from infra_tool.finding import Severity
from infra_tool.lint import placeholder
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Pictured
from infra_tool.reference import Reference

CODE = "I006"
NAME = "invalid-image"
SEVERITY: Severity = "error"


def check(about: Pictured, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield images that nothing can pull."""
    for use in about.images:
        image = use.reference
        problem = reference.problem_of(image)
        if problem is not None and placeholder.find(image) is None:
            is_name = reference.problem_of(Reference(image.name)) is not None
            place = use.name_at if is_name else use.tag_at
            yield place.mark(f"{image} is no image: {problem}", "write [REGISTRY/]PATH[:TAG][@sha256:DIGEST]")
