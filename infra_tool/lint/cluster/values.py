"""Look into rendered objects: a path that is not there, or of another type, is nothing."""

from infra_tool.flux.values import flag, get, leaf, maps, text, texts, words

__all__ = ["flag", "get", "leaf", "maps", "text", "texts", "words"]
