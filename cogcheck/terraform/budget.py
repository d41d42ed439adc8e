"""How much work the evaluation of one module tree may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogcheck.model import Problem

if TYPE_CHECKING:
    from cogcheck.model import Span


_CHARACTERS = 100
"""So many characters of a text are a step: long texts take time and memory that short ones do not."""


class LimitError(Exception):
    """The budget is spent. Not for `try()` to catch: it ends the evaluation of the whole expression."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


class Budget:
    """Bounds of evaluation: `steps` in all, `depth` of expressions within each other, `size` of a single result.

    A step is one expression evaluated or one item walked over; `size` counts items, or characters of a string.
    What was exceeded first is kept in `exceeded`, one problem of slug "evaluation-limit" for each kind of bound.
    """

    __slots__ = ("_kinds", "depth", "exceeded", "level", "secret", "size", "steps", "used")

    def __init__(self, steps: int = 200_000, depth: int = 200, size: int = 1_000_000) -> None:
        self.steps = steps
        self.depth = depth
        self.size = size
        self.used = 0
        self.level = 0
        self.secret = False
        """Whether something sensitive was met in the evaluation at hand: then nothing of it may be told."""
        self.exceeded: list[Problem] = []
        self._kinds: set[str] = set()

    def step(self, span: Span, count: int = 1) -> None:
        """Counts steps. Raises LimitError."""
        self.used += count
        if self.used > self.steps:
            self.stop("steps", f"evaluation stopped at the limit of {self.steps:,} steps", span)

    def spend(self, count: int) -> None:
        """Counts steps where there is no place to point at: the next one that has a place meets the limit."""
        self.used += count

    def text(self, length: int, span: Span) -> None:
        """Counts the work on a text of so many characters. Raises LimitError."""
        if length >= _CHARACTERS:
            self.step(span, length // _CHARACTERS)

    def enter(self, span: Span, levels: int = 1) -> None:
        """Goes deeper; whoever calls this lowers `level` again afterwards, unless it raises LimitError."""
        if self.level + levels > self.depth:
            self.stop("depth", f"evaluation stopped at the limit of {self.depth:,} expressions within each other", span)
        self.level += levels

    def check(self, size: int, span: Span) -> None:
        """Refuses a result of so many items or characters. Raises LimitError."""
        if size > self.size:
            self.stop("size", f"evaluation stopped at the limit of {self.size:,} items or characters", span)

    def stop(self, kind: str, reason: str, span: Span) -> None:
        """Records that a kind of bound was exceeded, and raises LimitError."""
        self.note(kind, reason, span)
        raise LimitError(reason, span)

    def note(self, kind: str, reason: str, span: Span) -> None:
        """Records that a kind of bound was exceeded, once for each kind."""
        if kind not in self._kinds:
            self._kinds.add(kind)
            self.exceeded.append(Problem(slug="evaluation-limit", message=reason, span=span))
