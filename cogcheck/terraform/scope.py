"""What the names in an expression stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cogcheck.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cogcheck.model import Span, Value


class Scope(Protocol):
    """The names that expressions at one place of a configuration can use."""

    def resolve(self, path: tuple[str, ...], span: Span) -> tuple[Value, int]:
        """The value behind the longest known beginning of a reference, and how many of its names that took.

        At least one is always taken.

        `path` is the run of literal attribute names from the root: `("var", "policy", "min")`,
        `("aws_iam_role", "sms", "arn")`, `("each", "value")`. What follows is applied to the value by the caller. A
        name that nothing is known of gives an `Unknown` with its identity; this never raises. `span` is the place of
        the reference: the value's span.
        """

    def read(self, path: str) -> str | None:
        """The text of a file for `file()` and its kin; None where it is not there or outside the repository."""

    def glob(self, directory: str, pattern: str) -> tuple[str, ...] | None:
        """The files for `fileset()`, sorted, with `/`; None where the directory may not be read."""


@dataclass(frozen=True, slots=True)
class Inner:
    """A scope with further names around it: the iterators of `for` and `dynamic`."""

    outer: Scope
    names: Mapping[str, Value]

    def resolve(self, path: tuple[str, ...], span: Span) -> tuple[Value, int]:
        """The own names first."""
        own = self.names.get(path[0])
        return (own, 1) if own is not None else self.outer.resolve(path, span)

    def read(self, path: str) -> str | None:
        """As outside."""
        return self.outer.read(path)

    def glob(self, directory: str, pattern: str) -> tuple[str, ...] | None:
        """As outside."""
        return self.outer.glob(directory, pattern)
