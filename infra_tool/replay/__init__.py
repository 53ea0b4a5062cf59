"""Give an answer again that was given before, for the same index, with a little of the standard library alone.

A hook runs this before every commit, so nothing here imports another part of infra-tool, or what takes time to import.
In doubt there is no answer, and everything is judged in full.
"""

from infra_tool.replay.memory import Answer, Change, keep, keep_again, recall
from infra_tool.replay.place import Place, at, of
from infra_tool.replay.versions import Versions, is_plain
from infra_tool.replay.versions import images as versions_of
from infra_tool.replay.versions import lines as lines_of

__all__ = [
    "Answer",
    "Change",
    "Place",
    "Versions",
    "at",
    "is_plain",
    "keep",
    "keep_again",
    "lines_of",
    "of",
    "recall",
    "versions_of",
]
