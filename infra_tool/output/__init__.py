"""Findings as text, JSON, and annotations of a CI run: one module a format, one line here for each."""

from collections.abc import Mapping

from infra_tool.output import concise, full, github, json, summary
from infra_tool.output.format import Format, Result, Summary, printable

FORMATS: Mapping[str, Format] = {
    "concise": concise,
    "full": full,
    "json": json,
    "github": github,
}

__all__ = ["FORMATS", "Format", "Result", "Summary", "printable", "summary"]
