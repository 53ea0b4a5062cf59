"""Leave out what comments suppress, and say which of them do nothing, or name no rule."""

from collections.abc import Iterable, Iterator

from infra_tool import repo as repos
from infra_tool import yamldoc
from infra_tool.lint.asked import Said
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.registry.every import RULES
from infra_tool.lint.report import INTERNAL
from infra_tool.lint.reserved import is_reserved
from infra_tool.lint.rule import Rule
from infra_tool.lint.rules.tool import unknown_rule, unused_suppression
from infra_tool.lint.selection import Selection, means, words
from infra_tool.lint.subject import Repo
from infra_tool.lint.suppress import Comment, Word, comments


class Suppressor:
    """The comments of a repo, and which of them suppressed something."""

    def __init__(self, repo: Repo, selection: Selection) -> None:
        """Read the comments."""
        self._repo = repo
        self._selection = selection
        self._comments = {path: found for path, source in repo.sources.items() if (found := comments(source))}
        self._used: set[Word] = set()

    def left(self, said: Iterable[Said]) -> Iterator[Said]:
        """Yield what is not suppressed."""
        for rule, one in said:
            if not isinstance(one, Mark) or not self._suppresses(rule, one):
                yield rule, one

    def _suppresses(self, rule: Rule, mark: Mark) -> bool:
        if rule.CODE == INTERNAL:
            return False
        used = [word for word in self._words(mark.path) if word.first <= mark.line <= word.last and _is(word, rule)]
        self._used.update(used)
        return bool(used)

    def _words(self, path: str) -> Iterator[Word]:
        return (word for comment in self._comments.get(path, ()) for word in comment.words)

    def problems(self) -> Iterator[Said]:
        """Yield what is wrong with the comments, once everything else was asked, and with the configuration."""
        for found in self._comments.values():
            for comment in found:
                yield from self._problems(comment)
        if self._selection.runs(unknown_rule):
            yield from ((unknown_rule, mark) for mark in _configured(self._repo))

    def _problems(self, comment: Comment) -> Iterator[Said]:
        if not comment.words and self._selection.runs(unknown_rule):
            help_ = "write # infra-tool: ignore[CODE] reason"
            yield unknown_rule, _mark(comment, "the comment names no rule, so it suppresses nothing", help_)
        for word in comment.words:
            rule = next((rule for rule in RULES if _is(word, rule)), None)
            if rule is None:
                if self._selection.runs(unknown_rule) and not is_reserved(word.text):
                    yield unknown_rule, _mark(word, *_unknown(word.text))
            elif word not in self._used and self._is_unused(rule):
                yield unused_suppression, _mark(word, f"nothing to suppress: there is no {word.text} here", "remove it")

    def _is_unused(self, rule: Rule) -> bool:
        """Tell whether a rule that found nothing was asked at all."""
        return self._selection.runs(unused_suppression) and self._selection.runs(rule)


def _is(word: Word, rule: Rule) -> bool:
    return word.text in (rule.CODE, rule.NAME)


def _mark(place: Comment | Word, message: str, help_: str | None) -> Mark:
    end = place.column + len(place.text) if isinstance(place, Word) else None
    return Mark(place.path, place.line, place.column, place.line if end else None, end, message, help_)


def _unknown(word: str) -> tuple[str, str | None]:
    known = [name for rule in RULES for name in (rule.CODE, rule.NAME)]
    return f"there is no rule {word}", repos.did_you_mean(word, known) or "infra-tool lint --list-rules names them"


def _configured(repo: Repo) -> Iterator[Mark]:
    """Yield a mark for each word of the configuration that stands for no rule."""
    source = repo.sources.get(repos.PATH)
    file = source.file if source is not None else None
    root = next((document.root for document in file.documents), None) if file is not None else None
    for place, word in words(repo.facts.config.lint):
        if file is not None and not is_reserved(word) and not any(means(word, rule) for rule in RULES):
            yield at(file, yamldoc.lookup(root, "lint", *place), *_unknown(word))
