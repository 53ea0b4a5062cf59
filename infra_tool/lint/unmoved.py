"""Which files may get another version of an image, or other words, without a change of what is said about the repo."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

from infra_tool.finding import Finding
from infra_tool.lint.report import Report, Unchecked
from infra_tool.lint.subject import Repo
from infra_tool.replay import Versions, is_plain, lines_of, versions_of

TEXTS = (".md",)
"""Texts for people; others may be what a Secret is generated from, which rules about the repo look into."""

One = Finding | Unchecked


def unmoved(repo: Repo, report: Report, manifests: Iterable[str], inputs: Container[str]) -> Versions:
    """Return the images of those of `manifests`, and the texts, about which nothing is said that this could change.

    `inputs` are the files that a build reads as they are.
    """
    told: dict[str, list[One]] = defaultdict(list)
    everything: tuple[One, ...] = (*report.findings, *report.summary.unchecked)
    for one in everything:
        told[one.path].append(one)
    data = {path: repo.sources[path].data for path in manifests if path in repo.sources}
    images = {path: versions_of(each) for path, each in data.items() if b"image: " in each}
    found = {path: each for path, each in images.items() if each and not _is_moved(told.get(path, ()), data[path])}
    return found | {path: () for path in _texts(repo, told) if path not in inputs}


def _is_moved(told: Iterable[One], data: bytes) -> bool:
    """Tell whether something that is said of a manifest stands on the line of an image, or names its version."""
    lines, versions = (
        lines_of(data),
        [image.rpartition(b":")[2].decode(errors="replace") for image in versions_of(data)],
    )
    return any(_is_on(one, lines) or any(version in _words(one) for version in versions) for one in told)


def _is_on(one: One, lines: Container[int]) -> bool:
    return isinstance(one, Finding) and (one.line in lines or one.end_line in lines)


def _words(one: One) -> str:
    return f"{one.message} {one.help}" if isinstance(one, Finding) else one.reason


def _texts(repo: Repo, told: Mapping[str, list[One]]) -> Iterable[str]:
    """Return the texts about which nothing is said, and of which no line is named."""
    words = "".join(f"{_words(one)}\n" for each in told.values() for one in each)
    texts = (path for path in repo.sources if path.endswith(TEXTS) and path not in told and f"{path}:" not in words)
    return (path for path in texts if is_plain(repo.sources[path].data))
