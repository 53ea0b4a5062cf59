"""What the message of a commit says about a deploy: one line a service, which says all by itself."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from infra_tool.edits import Commit

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
LINE = re.compile(
    r"^Deployed: (?P<service>\S+) (?P<image>\S+) (?P<old>\S+) -> (?P<new>\S+)"
    rf"(?: from (?P<repo>\S*)@(?P<commit>{COMMIT.pattern}))?$",
    re.MULTILINE,
)

ROLLED_BACK = re.compile(r"^Rolled-back: (\S+) (\S+)$", re.MULTILINE)
CI_RUN = re.compile(r"^CI-Run: (\S+)$", re.MULTILINE)


class Deployed(NamedTuple):
    """A deploy: versions are tags, with their digest behind an `@`; `repo` is empty where only the commit is known."""

    service: str
    image: str
    old: str
    new: str
    repo: str = ""
    commit: str | None = None

    def __str__(self) -> str:
        """Return the line of the message."""
        source = f" from {self.repo}@{self.commit}" if self.commit else ""
        return f"Deployed: {self.service} {self.image} {self.old} -> {self.new}{source}"


def read(message: str) -> Iterator[Deployed]:
    """Yield the deploys that a message tells of, in its order."""
    for found in LINE.finditer(message):
        yield Deployed(
            found["service"], found["image"], found["old"], found["new"], found["repo"] or "", found["commit"]
        )


def newest(log: Iterable[Commit], service: str) -> Deployed | None:
    """Return the last deploy of a service in a log that has the newest commit first."""
    return next((deploy for commit in log for deploy in read(commit.message) if deploy.service == service), None)


def rollbacks(message: str) -> list[tuple[str, str]]:
    """Return the services that a message says were rolled back, each with the version it was rolled back from."""
    return [(found[1], found[2]) for found in ROLLED_BACK.finditer(message)]


def ci_run(message: str) -> str | None:
    """Return the page of the CI run that made a commit."""
    found = CI_RUN.search(message)
    return found[1] if found else None
