"""What must never be shown: tokens, passwords and signing keys."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that prints as `***` wherever it is printed; `reveal()` is the one way to it."""

    value: str = field(default="", repr=False)

    def reveal(self) -> str:
        """Return the text itself, for the one call that needs it."""
        return self.value

    def __bool__(self) -> bool:
        """Tell whether there is one."""
        return bool(self.value)

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__
