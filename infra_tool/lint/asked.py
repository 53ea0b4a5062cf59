"""Ask rules: one that fails itself is a finding too, and hides nothing of what the others say."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ParamSpec

from infra_tool.lint.mark import Mark
from infra_tool.lint.report import Unchecked
from infra_tool.lint.rule import Rule
from infra_tool.lint.rules.tool import internal_error

P = ParamSpec("P")
Said = tuple[Rule, Mark | Unchecked]
Check = tuple[Rule, Callable[P, Iterator[Mark | Unchecked]]]
"""A rule, and its check."""

HERE = "."
"""The path of what is about no file in particular."""


def said(checks: Iterable[Check[P]], path: str, *about: P.args, **more: P.kwargs) -> Iterator[Said]:
    """Yield what rules say about something in `path`."""
    for rule, check in checks:
        try:
            for one in check(*about, **more):
                yield rule, one
        except Exception as error:  # noqa: BLE001 -- a bug of one rule must not hide what the others find
            yield internal_error, _failed(rule, path, error)


def named(
    rules: Mapping[str, Rule], path: str, ask: Callable[P, Iterator[tuple[str, Mark]]], *about: P.args, **more: P.kwargs
) -> Iterator[Said]:
    """Yield what one walk found for several rules."""
    try:
        for code, mark in ask(*about, **more):
            if code in rules:
                yield rules[code], mark
    except Exception as error:  # noqa: BLE001 -- as for the others
        yield internal_error, _failed(next(iter(rules.values())), path, error)


def _failed(rule: Rule, path: str, error: Exception) -> Mark:
    """Name the place in the code, not the error's words: they may hold a secret."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {frame.filename.rpartition('/')[2]}:{frame.lineno}"
    message = f"rule {rule.CODE} ({rule.NAME}) failed: {where}"
    return Mark(path, 1, 1, None, None, message, "this is a bug in infra-tool; please report it")
