"""An image holds a placeholder that nothing replaces: `IMAGE_TAG`, `<tag>`, `CHANGEME`, `{{ tag }}`, `${TAG}`.

Kubernetes takes the text as it is: the pod waits for ever with `InvalidImageName` or `ImagePullBackOff`. Judged is the
image that the cluster gets, after the `images:` entries of every kustomization on the way; a variable counts as
replaced when Flux substitutes what it builds there (`spec.postBuild`). `IMAGE_TAG` on an image of the own registry is
I015, since `infra-tool bump` will replace it.

```yaml
image: n8nio/n8n:<version>   # n8nio/n8n:1.70.0
```

Fix: write what was meant to be there.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint import placeholder
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Pictured

CODE = "I003"
NAME = "placeholder"
SEVERITY: Severity = "error"


def check(about: Pictured, facts: Facts) -> Iterator[Mark]:
    """Yield images with something left to fill in."""
    for use in about.images:
        image = use.reference
        if placeholder.is_open(use) or placeholder.is_never_deployed(image, facts.config):
            continue
        if (found := placeholder.find(image)) is not None:
            place = use.name_at if found.in_name else use.tag_at
            yield place.mark(f"{image}: {found.text} is a placeholder", "write what is meant to be there")
