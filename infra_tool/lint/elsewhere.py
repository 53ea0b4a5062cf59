"""What the clusters get and this repo does not hold: named as unchecked."""

import re
from collections.abc import Iterator

from infra_tool.lint.report import Unchecked
from infra_tool.lint.subject import Repo

CREDENTIALS = re.compile(r"(?<=://)[^@/]*@")


def elsewhere(repo: Repo) -> Iterator[Unchecked]:
    """Yield the Flux Kustomizations that apply files of another source, and the URLs that kustomizations name."""
    for each in repo.flux:
        if not each.is_own:
            source = "/".join(each.source)
            yield Unchecked(
                each.file.path, f"Flux Kustomization {each.name} applies files of {source}, not of this repo"
            )
    for build in repo.builds.values():
        for entry, owner in build.remotes:
            yield Unchecked(owner.path, f"{CREDENTIALS.sub('', entry.text)} is not in this repo")
