"""Findings as text, JSON, and annotations of a CI run."""
