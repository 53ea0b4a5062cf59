"""How often an image is pulled does not go with its tag.

With a tag that moves, such as `latest`, `IfNotPresent` leaves each node with whatever it pulled first: two pods of one
service run different programs. With a digest, `Always` asks the registry at every start for what cannot have changed,
and no pod starts while the registry is away. Judged is the image that the cluster gets, after `images:` entries.

```yaml
image: ghcr.io/example/api:main
imagePullPolicy: IfNotPresent      # Always, or better: a version
```

Fix: `Always` for a tag that moves, `IfNotPresent` for a digest.
"""

from collections.abc import Iterator

from infra_tool.apps.images import images_of
from infra_tool.finding import Severity
from infra_tool.lint import effective, fix
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.rules.images.mutable_tag import MUTABLE
from infra_tool.lint.subject import Applied, Facts
from infra_tool.reference import Reference
from infra_tool.yamldoc import Scalar, lookup

CODE = "I009"
NAME = "pull-policy"
SEVERITY: Severity = "info"

KEY = "imagePullPolicy"
ALWAYS, ONCE = "Always", "IfNotPresent"
WHY = {ALWAYS: "a digest cannot have changed", ONCE: "the tag moves, and a node keeps what it pulled first"}


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- as every rule about a manifest
    """Yield policies that do not go with the image on any way."""
    if KEY not in applied.file.text:
        return
    for document in applied.file.documents:
        for image in images_of(document.root):
            policy = lookup(image.owner, KEY)
            ways = [effective.use(applied.file, image, (way.images, way.substitutes)) for way in applied.ways]
            wanted = {_wanted(use.reference) for use in ways}
            if isinstance(policy, Scalar) and policy.value in WHY and wanted == {_other(policy.value)}:
                mark = at(applied.file, policy, f"{policy.value}: {WHY[policy.value]}", f"write {_other(policy.value)}")
                yield fix.safely(mark, fix.replaced(applied.file, policy, _other(policy.value)))


def _other(policy: str) -> str:
    return ONCE if policy == ALWAYS else ALWAYS


def _wanted(image: Reference) -> str | None:
    """Return the policy that goes with an image, None where either may."""
    if image.digest is not None:
        return ONCE
    return ALWAYS if image.tag is None or image.tag in MUTABLE else None
