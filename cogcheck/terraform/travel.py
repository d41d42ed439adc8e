"""Values that travel: seen from another place, a value and all its parts remember the way they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, ObjectValue, Step, Unknown, Value

if TYPE_CHECKING:
    from cogcheck.model import Span

_DEEPEST = 30
"""Parts nested deeper keep their own places: nobody points at them."""
_MOST = 2_000
"""So many parts remember their way, and further ones keep their own places too."""
_LARGE = 20
"""Of objects with more entries than this, mostly only some are used."""


def moved(value: Value, span: Span, message: str, identity: str | None = None) -> Value:
    """A value as seen from a reference to it at `span`: `message` says what the place is where it stood so far.

    `identity` names it where it is unknown and has no name yet.
    """
    if isinstance(value, Unknown) and value.identity is None:
        value = replace(value, identity=identity)
    return _Tour(lambda part: _placed(part, span, message)).visit(value, _DEEPEST)


def settled(value: Value, span: Span, message: str) -> Value:
    """A value of an argument at `span`, of which every part stands within the argument.

    What was written elsewhere stands where the argument takes it from, and `message` names its own place.
    """
    return _Tour(lambda part: part if span.holds(part.span) else _placed(part, span, message)).visit(value, _DEEPEST)


def _placed(value: Value, span: Span, message: str) -> Value:
    trail = (Step(message, value.span), *value.trail)
    if isinstance(value, Known):  # by far the most, and `replace` is slow
        return Known(value.value, span, trail, value.sensitive)
    return replace(value, span=span, trail=trail)


def sensitive(value: Value) -> Value:
    """The value, marked as never to be printed, with all its parts."""
    tour = _Tour(lambda part: part if part.sensitive else replace(part, sensitive=True), left=None)
    return tour.visit(value, _DEEPEST)


def narrowed(value: Value, names: Sequence[str]) -> tuple[Value, int]:
    """The part of a value that names lead to, and how many of them led on: what is not asked for need not travel."""
    taken = 0
    for name in names:
        part = value.entries.get(name) if isinstance(value, ObjectValue) and not value.sensitive else None
        if part is None:
            break
        value, taken = part, taken + 1
    return value, taken


class _Tour:
    """A way through a value: what is done to each part, and how many more parts are visited (None: all).

    `done` holds the containers that were changed already, by identity and depth: of a value whose parts are twice the
    same one at every level there are more places than anybody could visit.
    """

    __slots__ = ("change", "done", "left")

    def __init__(self, change: Callable[[Value], Value], left: int | None = _MOST) -> None:
        self.change = change
        self.left = left
        self.done: dict[tuple[int, int], Value] = {}

    def visit(self, value: Value, depth: int) -> Value:
        """The value and its parts, each changed. Entries that are evaluated on demand stay as they are."""
        if self.left is not None:
            if self.left <= 0:
                return value
            self.left -= 1
        if depth == 0 or not isinstance(value, ListValue | ObjectValue):
            return self.change(value)
        key = id(value), depth
        if key not in self.done:
            self.done[key] = self._inside(self.change(value), depth - 1)
        return self.done[key]

    def _inside(self, value: Value, depth: int) -> Value:
        if isinstance(value, ListValue) and value.items:
            items = tuple([self.visit(item, depth) for item in value.items])
            unchanged = all(new is old for new, old in zip(items, value.items, strict=True))
            return value if unchanged else replace(value, items=items)
        if isinstance(value, ObjectValue) and value.entries and isinstance(value.entries, dict | Parts):
            return self._entries(value, depth)
        return value

    def _entries(self, value: ObjectValue, depth: int) -> ObjectValue:
        if len(value.entries) > _LARGE or isinstance(value.entries, Parts):
            return replace(value, entries=Parts(value.entries, _Tour(self.change, self.left), depth))
        entries = {key: self.visit(entry, depth) for key, entry in value.entries.items()}
        unchanged = all(new is old for new, old in zip(entries.values(), value.entries.values(), strict=True))
        return value if unchanged else replace(value, entries=entries)


class Parts(Mapping[str, Value]):
    """The entries of a large object, each changed when it is first looked up."""

    def __init__(self, entries: Mapping[str, Value], tour: _Tour, depth: int) -> None:
        self._entries = entries
        self._tour = tour
        self._depth = depth
        self._changed: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._changed:
            self._changed[key] = self._tour.visit(self._entries[key], self._depth)
        return self._changed[key]

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
