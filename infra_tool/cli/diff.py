"""`infra-tool diff`: what changes in the clusters between two trees."""

import os
import sys
from collections.abc import Container, Sequence
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from infra_tool.cli import report, scaffolding
from infra_tool.errors import EXIT_FINDINGS, UsageError

if TYPE_CHECKING:
    from infra_tool.diff import Difference, Field, ObjectChange
    from infra_tool.edits import Tree


class Format(StrEnum):
    """How a difference is printed."""

    text = "text"
    json = "json"
    markdown = "markdown"


def diff(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REV [REV2]] [CLUSTER]...",
            help="What is compared: HEAD with the work tree, REV with the work tree, or REV with REV2; A...B is what B "
            "changes since it left A. CLUSTER: only what that one gets.",
        ),
    ] = None,
    *,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 when something changes, or could not be compared.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="How it is printed.")] = Format.text,
) -> None:
    """Tell what changes in the clusters, by object and field, old to new."""
    from infra_tool import diff as differ
    from infra_tool import repo

    root = scaffolding.infra_root()
    asked = _asked(root, words or ())
    remote = repo.load_config(asked.new).remote
    chosen = frozenset(asked.clusters)
    found = differ.compare(asked.old, asked.new, remote, lambda cluster: not chosen or cluster in chosen)
    _print(found, asked, format_)
    if exit_code and (found.objects or found.gaps):
        raise typer.Exit(EXIT_FINDINGS)


class _Asked(NamedTuple):
    """Two trees, what they are called (None is the work tree), and the clusters that are meant; none stands for all."""

    old: "Tree"
    new: "Tree"
    names: tuple[str, str | None]
    clusters: tuple[str, ...]


def _asked(root: Path, words: Sequence[str]) -> _Asked:
    """Read what is compared; raises UsageError for a word that is neither a commit nor a cluster."""
    from infra_tool import git, repo

    worktree = git.WorkTree(root)
    names, rest = _revisions(root, words, repo.clusters(worktree))
    old, new = _tree(root, names[0]), worktree if names[1] is None else git.CommitTree(root, names[1])
    known = sorted({*repo.clusters(old), *repo.clusters(new)})
    for word in rest:
        if word not in known:
            raise UsageError(f"{word} is no commit and no cluster", hint=f"clusters: {', '.join(known) or 'none'}")
    return _Asked(old, new, names, rest)


def _revisions(
    root: Path, words: Sequence[str], clusters: Container[str]
) -> tuple[tuple[str, str | None], tuple[str, ...]]:
    """Return the revisions among the words, and the rest; what is also the name of a cluster is that cluster."""
    from infra_tool import git

    if words and ".." in words[0]:
        return git.ends(root, words[0]), tuple(words[1:])
    found = list(takewhile(lambda word: word not in clusters and git.is_commit(root, word), words[:2]))
    old, new, *_ = (*found, None, None)
    return (old or "HEAD", new), tuple(words[len(found) :])


def _tree(root: Path, revision: str) -> "Tree":
    """Return the tree of a commit; an empty one in a repo that has no commit yet."""
    from infra_tool import git
    from infra_tool.edits import MemoryTree

    is_new = revision == "HEAD" and not git.is_commit(root, revision)
    return MemoryTree({}) if is_new else git.CommitTree(root, revision)


def _print(found: "Difference", asked: _Asked, format_: Format) -> None:
    from infra_tool import diff as differ

    if format_ is Format.json:
        report.result("diff", _json(found, asked))
        return
    if format_ is Format.markdown:
        sys.stdout.write(differ.markdown(found))
        return
    colour = sys.stdout.isatty() and not any(os.environ.get(name) for name in ("NO_COLOR", "CI"))
    for line in differ.lines(found, colour=colour):
        report.say(line)
    report.note(differ.summary(found))


def _json(found: "Difference", asked: _Asked) -> report.Json:
    return {
        "old": asked.names[0],
        "new": asked.names[1],
        "objects": [_object(one) for one in found.objects],
        "uncompared": [
            {"cluster": one.cluster, "tree": one.tree, "reason": one.error.message, "path": one.error.path,
             "line": one.error.line}
            for one in found.gaps
        ],
    }  # fmt: skip


def _object(one: "ObjectChange") -> report.Json:
    return {
        "cluster": one.cluster,
        "action": one.action,
        "api_version": one.api_version,
        "kind": one.kind,
        "namespace": one.namespace or None,
        "name": one.name,
        "was": one.was,
        "by": one.by,
        "why": one.why,
        "unapplied": one.unapplied,
        "restarts": one.restarts,
        "path": one.place.path,
        "line": one.place.line,
        "fields": [_field(field) for field in one.fields],
    }


def _field(field: "Field") -> report.Json:
    return {
        "op": field.op,
        "field": field.name,
        "old": field.old,
        "new": field.new,
        "hidden": field.is_hidden,
        "path": field.place.path,
        "line": field.place.line,
    }
