"""How much was judged and how it went, in words, for the end of a run."""

from collections import defaultdict
from collections.abc import Iterator

from infra_tool.output.format import Summary, printable

LISTED = 10
"""How many of the reasons for what was not checked are told; a format for programs has all."""


def lines(summary: Summary) -> Iterator[str]:
    """Yield what was not checked, then counts."""
    paths: dict[str, list[str]] = defaultdict(list)
    for path, reason in sorted(summary.unchecked):
        paths[reason].append(printable(path))
    for reason, (first, *others) in list(paths.items())[:LISTED]:
        more = f" and {len(others)} more" if others else ""
        yield f"not checked: {first}{more}: {printable(reason)}"
    if len(paths) > LISTED:
        yield f"not checked: more, for {len(paths) - LISTED} other reasons; --format json lists them"
    known = summary.baseline
    if known is not None and known.gone:
        yield f"{_count(known.gone, 'finding')} of the baseline not found any more: --write-baseline forgets"
    counted = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")]
    found = ", ".join(_count(number, word) for number, word in counted if number) or "no findings"
    unchecked = f"; {len(summary.unchecked)} not checked" if summary.unchecked else ""
    in_baseline = f"; {known.findings} in the baseline" if known is not None else ""
    yield f"{found} in {_count(summary.files, 'file')}, {_count(summary.resources, 'resource')}{unchecked}{in_baseline}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
