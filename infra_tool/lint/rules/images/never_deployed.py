"""An image of the own registry still has the tag `IMAGE_TAG`, which `new-service` wrote: nothing was deployed yet.

The first run of the app's CI replaces it (`infra-tool bump`); until then its pods cannot start. The own registry is
`registry:` and `owner:` in the configuration.

```yaml
image: registry.example.org/laura/n8n:IMAGE_TAG
```

Fix: run the app's CI, or `infra-tool bump n8n TAG` with the tag of an image that exists.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint import placeholder
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Pictured

CODE = "I015"
NAME = "never-deployed"
SEVERITY: Severity = "warning"


def check(about: Pictured, facts: Facts) -> Iterator[Mark]:
    """Yield own images that wait for their first deploy."""
    for use in about.images:
        image = use.reference
        if placeholder.is_never_deployed(image, facts.config):
            service = image.name.rpartition("/")[2]
            help_ = f"run the CI of {service}, or infra-tool bump {service} TAG"
            yield use.tag_at.mark(f"{image.name} was never deployed: its tag is still {image.tag}", help_)
