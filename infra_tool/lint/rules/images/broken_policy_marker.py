"""A comment that tells Flux to update an image is not one that Flux understands, or names a policy that is not there.

Image automation passes over it without a word: the tag stays as it is for ever. A marker is JSON with one entry,
`NAMESPACE:POLICY`, with `:tag` or `:name` behind it where the value is only that part of the image.

```yaml
image: n8nio/n8n:1.70.0 # {"$imagepolicy": "flux-system:n8m"}      the ImagePolicy is called n8n
```

Fix: correct the comment, or add the ImagePolicy.
"""

import json
import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Kind
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Repo, Source
from infra_tool.repo import did_you_mean

CODE = "I010"
NAME = "broken-policy-marker"
SEVERITY: Severity = "error"

KEY = "$imagepolicy"
POLICY = Kind("image.toolkit.fluxcd.io", "ImagePolicy")
FIELD = re.compile(r"""^\s*(?:-\s+)*["']?(?P<key>[\w.-]+)["']?:\s+["']?(?P<value>[^"'\s#]*)""")
PARTS = ("tag", "name", "digest")


def check(repo: Repo) -> Iterator[Mark]:
    """Yield markers that do nothing."""
    for source in repo.sources.values():
        if source.file is not None and KEY.encode() in source.data:
            yield from _lines(repo, source)


def _lines(repo: Repo, source: Source) -> Iterator[Mark]:
    is_applied = source.path in repo.applied
    for number, line in enumerate(source.data.decode(errors="replace").splitlines(), 1):
        start = line.find("#")
        if KEY not in line or start < 0 or not FIELD.match(line) or FIELD.match(line).end() > start:  # type: ignore[union-attr]  # matched before
            continue
        problem, help_ = _problem(line[:start], line[start + 1 :].strip(), repo.clusters if is_applied else ())
        if problem is not None:
            yield Mark(source.path, number, start + 1, number, len(line.rstrip()) + 1, problem, help_)


def _problem(before: str, comment: str, clusters: tuple[Cluster, ...]) -> tuple[str | None, str | None]:
    help_ = 'write # {"$imagepolicy": "NAMESPACE:POLICY"}'
    try:
        marker = json.loads(comment)
    except ValueError:
        return "this is no marker that Flux understands", help_
    setter = marker.get(KEY) if isinstance(marker, dict) else None
    parts = setter.split(":") if isinstance(setter, str) else []
    if not (len(parts) == 2 or (len(parts) == 3 and parts[2] in PARTS)) or not all(parts):  # noqa: PLR2004 -- NAMESPACE:POLICY:PART
        return f"{setter} is no NAMESPACE:POLICY, or NAMESPACE:POLICY:tag", help_
    field = FIELD.match(before)
    if field is not None and field["key"] in ("tag", "newTag") and len(parts) == 2:  # noqa: PLR2004 -- as above
        return f"Flux would write the whole image into {field['key']}", f"write {setter}:tag"
    namespace, name = parts[:2]
    if clusters and all(cluster.lacks(POLICY, namespace, name) for cluster in clusters):
        names = [each for cluster in clusters for each in cluster.names(POLICY, namespace)]
        return f"there is no ImagePolicy {name} in namespace {namespace}", did_you_mean(name, names)
    return None, None
