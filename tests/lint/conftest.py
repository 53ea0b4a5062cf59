"""What lint says about example trees."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from infra_tool import lint, repo
from infra_tool.edits import MemoryTree
from infra_tool.lint.report import Report


@pytest.fixture
def judged() -> Callable[..., Report]:
    """Return what lint says about a tree of files, of some rules alone where codes are given."""

    def judge(files: Mapping[str, str | bytes], *codes: str) -> Report:
        tree = MemoryTree({path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()})
        config = repo.load_config(tree)
        return lint.run(tree, replace(config, lint=replace(config.lint, select=codes)) if codes else config)

    return judge
