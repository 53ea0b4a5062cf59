"""Findings as text, JSON, SARIF, JUnit, and annotations of a CI run: one module a format, one line here for each."""

from collections.abc import Mapping

from infra_tool.output import concise, full, github, json, junit, sarif, summary
from infra_tool.output.format import Described, Format, Known, Result, Summary, printable

FORMATS: Mapping[str, Format] = {
    "concise": concise,
    "full": full,
    "json": json,
    "sarif": sarif,
    "github": github,
    "junit": junit,
}

__all__ = ["FORMATS", "Described", "Format", "Known", "Result", "Summary", "printable", "summary"]
