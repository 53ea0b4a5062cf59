"""Manage a GitOps infra repo: scaffold services, keep secrets, move image tags, refuse a broken tree."""

__version__ = "0.1.0"
