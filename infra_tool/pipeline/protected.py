"""What no push may change in an infra repo, so that the key of CD can move tags and do little else."""

from collections.abc import Iterator
from contextlib import suppress

from infra_tool import apps, gitea, repo
from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.repo import Config

FIXED = (
    "clusters/**",
    "components/**",
    "bootstrap/**",
    ".gitea/**",
    ".github/**",
    ".sops.yaml",
    ".infra-tool.yaml",
    ".pre-commit-config.yaml",
    "apps/**.enc.yaml",
    "apps/**.enc.yml",
    "apps/**/.hold",
)
"""Gitea's `*` stops at a dot too, so that `apps/**/*.enc.yaml` would not cover `apps/n8n/smtp.secrets.enc.yaml`."""

LISTS = tuple(f"apps/**/{name}" for name in repo.KUSTOMIZATION_FILES)


def patterns(tree: Tree) -> tuple[str, ...]:
    """Return the patterns for Gitea's branch protection: all that no deploy changes.

    Raises UsageError where a deploy would have to change what is protected: its tag has another place.
    """
    config = repo.load_config(tree)
    places = frozenset(path for name in repo.services(tree) for path in _places(tree, config, name))
    found = (*FIXED, *_lists(tree, places))
    for path in sorted(places):
        if gitea.is_covered(found, path):
            raise UsageError(
                "holds a tag that deploys change, and would be protected from it",
                path=path,
                hint="move the tag into apps/: to the image of the container, or to images: of the service",
            )
    return found


def _places(tree: Tree, config: Config, name: str) -> Iterator[str]:
    """Yield the files that a deploy of a service changes; none where it would be refused, since it is not clear."""
    with suppress(UsageError):
        app = apps.find(tree, config, name)
        for image in apps.images(app):
            with suppress(UsageError):
                yield from (place.file.path for place in apps.choose(app, config, image).places)


def _lists(tree: Tree, places: frozenset[str]) -> tuple[str, ...]:
    """Return the patterns for the lists of the services: each by itself where one of them holds a tag."""
    if not any(gitea.is_covered(LISTS, path) for path in places):
        return LISTS
    inside = [path for path in tree.entries if gitea.is_covered(LISTS, path)]
    return tuple(path for path in inside if path not in places)
