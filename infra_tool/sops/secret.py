"""Text that must not be shown by accident."""


class Secret:
    """Key material or a plain value. It has no readable repr, so tracebacks, logs and test output cannot carry it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hold `text`."""
        self._text = text

    def reveal(self) -> str:
        """Return the text; the caller takes over the care."""
        return self._text

    def __eq__(self, other: object) -> bool:
        """Compare by text."""
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        """Hash by text."""
        return hash(self._text)

    def __repr__(self) -> str:
        """Say what it is, not what it says."""
        return "<secret>"
