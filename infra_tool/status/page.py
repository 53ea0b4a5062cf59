"""The state of all clusters as a page."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from infra_tool.output import printable
from infra_tool.status.state import ClusterState, ServiceState

HEADS = ("service", "version", "since", "by", "commit", "to look at")
SHORT = 12
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color-scheme:light dark}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #8884}"
    "code{font-size:.9em}"
)


def cells(service: ServiceState) -> tuple[str, ...]:
    """Return what is told of a service, in the order of HEADS."""
    running = service.running
    return (
        service.name,
        service.version or "",
        moment(running.since) if running else "",
        running.by.partition(" <")[0] if running else "",
        running.commit[:SHORT] if running else "",
        "; ".join(service.notes),
    )


def moment(seconds: int) -> str:
    """Return a time as everybody reads it the same."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def markdown(clusters: Sequence[ClusterState], title: str) -> str:
    """Return the page in Markdown."""
    lines = [f"# {_plain(title)}", ""]
    for cluster in clusters:
        lines += [f"## {_plain(cluster.name)}", ""]
        if cluster.services:
            rows = [HEADS, ("---",) * len(HEADS), *(cells(each) for each in cluster.services)]
            lines += [f"| {' | '.join(map(_plain, row))} |" for row in rows]
        else:
            lines.append(_plain(cluster.problem or "no services"))
        lines.append("")
    return "\n".join(lines)


def html(clusters: Sequence[ClusterState], title: str) -> str:
    """Return the page in HTML, all in one file."""
    head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    body = "\n".join(_section(cluster) for cluster in clusters)
    return f"{head}\n<style>{STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n{body}\n</body></html>\n"


def _section(cluster: ClusterState) -> str:
    head = f"<h2>{escape(cluster.name)}</h2>"
    if not cluster.services:
        return f"{head}\n<p>{escape(cluster.problem or 'no services')}</p>"
    rows = (_row(cells(each), "td") for each in cluster.services)
    return "\n".join((head, "<table>", _row(HEADS, "th"), *rows, "</table>"))


def _row(texts: Iterable[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(text)}</{tag}>' for text in texts)}</tr>"


def _plain(text: str) -> str:
    """Return a text that Markdown takes as it is, on one line."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>#|!" else each for each in printable(" ".join(text.split())))
