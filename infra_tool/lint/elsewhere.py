"""What the clusters get and this repo does not hold: named as unchecked."""

import re
from collections.abc import Iterator

from infra_tool.lint.report import Unchecked
from infra_tool.lint.subject import Repo

CREDENTIALS = re.compile(r"(?<=://)[^@/]*@")


def elsewhere(repo: Repo) -> Iterator[Unchecked]:
    """Yield the Flux Kustomizations that apply what is not here, or not known, and the URLs of kustomizations."""
    for each in repo.flux:
        reason = None
        if not each.is_own:
            reason = f"applies files of {'/'.join(each.source)}, not of this repo"
        elif each.path is None:
            reason = "has a variable in its path"
        if reason is not None:
            yield Unchecked(each.file.path, f"Flux Kustomization {each.name} {reason}")
    for build in repo.builds.values():
        for entry, owner in build.remotes:
            yield Unchecked(owner.path, f"{CREDENTIALS.sub('', entry.text)} is not in this repo")
