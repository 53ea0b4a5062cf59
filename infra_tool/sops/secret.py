"""A value that must not be shown by accident."""


class Secret:
    """Key material or a plain value. It has no readable repr, so tracebacks, logs and test output cannot carry it."""

    __slots__ = ("data",)

    def __init__(self, value: str | bytes) -> None:
        """Hold a text or bytes; `data` is what it is as bytes."""
        self.data = value.encode() if isinstance(value, str) else value

    def reveal(self) -> str:
        """Return the text; the caller takes over the care. Raises UnicodeDecodeError when it is none."""
        return self.data.decode()

    @property
    def is_text(self) -> bool:
        """Tell whether this is UTF-8."""
        try:
            self.data.decode()
        except UnicodeDecodeError:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        """Compare by content."""
        return isinstance(other, Secret) and other.data == self.data

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.data)

    def __repr__(self) -> str:
        """Say what it is, not what it says."""
        return "<secret>"
