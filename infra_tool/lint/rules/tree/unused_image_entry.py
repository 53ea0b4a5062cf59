"""An `images:` entry matches no image of the objects that its kustomization builds, in any cluster.

Kustomize says nothing: the tag is never applied, and the cluster gets the one in the manifest. Mostly the name is
mistyped or another spelling: `nginx` does not match `docker.io/nginx`. Builds with something that is not in the repo
(remote resources, charts, plugins) are not judged.

```yaml
images:
  - name: n8n               # the manifest says n8nio/n8n
    newTag: 1.71.0
```

Fix: write the name as the manifest does, without its tag, or take the entry out.
"""

from collections.abc import Collection, Iterator

from infra_tool.apps.images import images_of, overridden, written
from infra_tool.apps.places.entry import EntryPlace
from infra_tool.finding import Severity
from infra_tool.kustomize import Build, Image
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.reference import Reference
from infra_tool.yamldoc import Scalar, YamlFile

CODE = "T016"
NAME = "unused-image-entry"
SEVERITY: Severity = "warning"

MAKERS = ("helmcharts", "helmchartinflationgenerator", "generators", "transformers", "configurations")
"""Fields by which a build may have images that are not seen here, or in other places."""

SHOWN = 3
"""Images that a message names."""


def check(repo: Repo) -> Iterator[Mark]:
    """Yield entries that nothing in the whole repo needs."""
    used: set[Scalar] = set()
    met: dict[Scalar, set[str]] = {}
    files: dict[Scalar, YamlFile] = {}
    for build in repo.builds.values():
        here = {entry.name: file.file for file in build.kustomizations for entry in file.images if entry.name}
        files |= here
        used.update(_beyond_us(repo, build, here))
        for name, image, is_match in _meetings(build) if here else ():
            met.setdefault(name, set()).add(image)
            used.update((name,) if is_match else ())
    for name, file in files.items():
        if name not in used:
            known = ", ".join(sorted(met.get(name, set()))[:SHOWN])
            help_ = f"the images here are {known}" if known else None
            yield at(file, name, f"no image is called {name.value}: this entry changes nothing", help_)


def _beyond_us(repo: Repo, build: Build, names: Collection[Scalar]) -> Iterator[Scalar]:
    """Yield the entries that something may need which is not seen here."""
    is_known = not build.remotes and not any(field in file.fields for file in build.kustomizations for field in MAKERS)
    patches = "\n".join(_patches(repo, build)) if names and is_known else ""
    yield from (name for name in names if not is_known or name.value in patches)


def _patches(repo: Repo, build: Build) -> Iterator[str]:
    """Yield the texts that may bring an image in."""
    for file in build.kustomizations:
        yield from (patch.inline.value for patch in file.patches if patch.inline is not None)
    for path, entry, _ in build.inputs:
        if entry.field.startswith("patches") and path in repo.sources:
            yield repo.sources[path].data.decode(errors="replace")


def _meetings(build: Build) -> Iterator[tuple[Scalar, str, bool]]:
    """Yield each entry, by its name, with each image that it acts on: the image's name, and whether they match."""
    for reached in build.files:
        entries = [(owner.file, entry) for owner in reached.transformers for entry in owner.images]
        if entries and reached.file is not None:
            for document in reached.file.documents:
                for image in images_of(document.root):
                    yield from _met(written(image), entries) if image.is_reached else ()


def _met(image: Reference, entries: list[tuple[YamlFile, Image]]) -> Iterator[tuple[Scalar, str, bool]]:
    for file, entry in entries:
        if entry.name is not None:
            result = overridden(image, EntryPlace(file, entry).override)
            yield entry.name, image.name, result is not None
            image = result or image
