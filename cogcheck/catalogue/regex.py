"""Whether a regular expression of a user's rule can take more than a moment: Python's engine tries every way to match.

A pattern becomes the automaton of its characters (Glushkov's). Two ways to read one text around a circle double the
work with each round; several circles in a row that can share a text multiply it, and so do choices in a row.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from importlib import import_module
from itertools import product
from typing import Any

from cogcheck.record import dataclass

_parser: Any = import_module("re._parser")
"""The standard library's own parser of patterns, which has no public name."""

_UNROLLED = 4
_MOST_POSITIONS = 120
_MOST_CIRCLES = 3
_MOST_WAYS = 2**16
_MOST_STEPS = 300_000
"""What people write takes some hundred."""
_SAMPLE = "aZz09_ -.:/\n\té￿"
_NESTED = "a repetition within a repetition can match one text in many ways"
_CHOICES = "its alternatives and optional parts can match one text in too many ways"


def danger(pattern: str) -> str | None:
    """What is wrong with a pattern: not a regular expression, or one that can take very long; None where it is fine."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python may read otherwise one day
            re.compile(pattern)
            parsed = _parser.parse(pattern)
        automaton = _Builder(_alphabet(parsed), bool(parsed.state.flags & re.IGNORECASE))
        return automaton.danger(automaton.build(parsed))
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"not a regular expression: {error}"
    except _RefusedError as error:
        return str(error)


class _RefusedError(Exception):
    """A pattern that cannot be followed, with the reason."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the automaton: where it begins and ends, and whether it matches the empty text."""

    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    empty: bool = True


@dataclass()
class _Builder:
    """The automaton while it grows: the characters of each position and what can follow it.

    `steps` counts what it takes to judge it.
    """

    alphabet: frozenset[str]
    ignore_case: bool
    characters: list[frozenset[str]] = field(default_factory=list)
    follow: dict[int, set[int]] = field(default_factory=dict)
    steps: int = 0

    def build(self, items: Iterable[tuple[Any, Any]]) -> _Part:
        """The automaton of a sequence."""
        whole = _Part()
        for operator, argument in items:
            whole = self._then(whole, self._item(str(operator), argument))
        return whole

    def _item(self, operator: str, argument: Any) -> _Part:
        if operator in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            return self._position(_characters(operator, argument, self.alphabet, self.ignore_case))
        if operator == "SUBPATTERN":
            return self.build(argument[3])
        if operator == "ATOMIC_GROUP":
            return self.build(argument)
        if operator == "BRANCH":
            parts = [self.build(part) for part in argument[1]]
            return _Part(
                tuple(at for part in parts for at in part.first),
                tuple(at for part in parts for at in part.last),
                any(part.empty for part in parts),
            )
        if operator.endswith("_REPEAT"):
            return self._repeat(*argument)
        if operator in ("ASSERT", "ASSERT_NOT"):
            # Looked at from one place; what it repeats multiplies the work as if it stood there.
            self.build(argument[1])
            return _Part()
        if operator == "AT":
            return _Part()
        raise _RefusedError("a reference back to a group cannot be matched in bounded time")

    def _repeat(self, least: int, most: Any, inner: Any) -> _Part:
        if int(most) <= _UNROLLED:
            whole = _Part()
            for count in range(int(most), 0, -1):  # the last within the one before: none is left out but at the end
                whole = self._then(self.build(inner), whole)
                whole = _Part(whole.first, whole.last, whole.empty or count > least)
            return whole
        part = self.build(inner)
        if part.empty:
            raise _RefusedError("what can match nothing is repeated: each round doubles the ways to match")
        self._connect(part.last, part.first)
        return _Part(part.first, part.last, part.empty or least == 0)

    def _position(self, characters: frozenset[str]) -> _Part:
        at = len(self.characters)
        if at == _MOST_POSITIONS:
            raise _RefusedError("it is too long to tell how long it takes")
        self.characters.append(characters)
        self.follow[at] = set()
        return _Part((at,), (at,), False)

    def _then(self, one: _Part, other: _Part) -> _Part:
        self._connect(one.last, other.first)
        return _Part(
            one.first + (other.first if one.empty else ()),
            other.last + (one.last if other.empty else ()),
            one.empty and other.empty,
        )

    def _connect(self, before: Iterable[int], after: Iterable[int]) -> None:
        for one, other in product(before, tuple(after)):
            if other in self.follow[one]:
                raise _RefusedError(_NESTED)
            self.follow[one].add(other)

    def danger(self, whole: _Part) -> str | None:
        """Whether one text can be read in two ways around a circle, by too many circles in a row, or else too often."""
        circles = {at: self._reach((at,)) for at in self.follow}
        looping = [at for at in self.follow if (at,) in circles[at]]
        for at in looping:
            around = self._reach((at, at))
            if any(one != other and (at, at) in self._reach((one, other)) for one, other in around):
                return _NESTED
        shared: dict[int, list[int]] = {at: [] for at in looping}
        for one, other in product(looping, looping):
            if (other,) in circles[one] and (one,) not in circles[other] and self._share(one, other):
                shared[one].append(other)
        chain = _largest(shared, dict.fromkeys(looping, 1), int.__add__)
        if chain > _MOST_CIRCLES:
            return f"{chain} repetitions in a row can match the same text"
        return _CHOICES if self._ways(whole, circles) > _MOST_WAYS else None

    def _ways(self, whole: _Part, circles: Mapping[int, set[tuple[int, ...]]]) -> int:
        """In how many ways one text can be read at most. To stay in a circle is one, and it is left once."""
        home = {at: min((one for (one,) in circles[at] if (at,) in circles[one]), default=at) for at in self.follow}
        choices = dict.fromkeys(home.values(), 1)
        onward: dict[int, list[int]] = {circle: [] for circle in choices}
        for at, circle in home.items():
            leaving = [after for after in self.follow[at] if home[after] != circle]
            staying = frozenset[str]().union(*(self.characters[after] for after in self.follow[at] - {*leaving}))
            choices[circle] = max(choices[circle], self._choices(leaving, staying))
            onward[circle].extend({home[after] for after in leaving})
        return self._choices(whole.first, frozenset()) * _largest(onward, choices, int.__mul__)

    def _choices(self, positions: Iterable[int], more: frozenset[str]) -> int:
        """How many of these positions, and of one that matches more, match the same character at most."""
        found = Counter(char for at in positions for char in self.characters[at])
        found.update(more)
        return max(found.values(), default=1)

    def _share(self, one: int, other: int) -> bool:
        return (one, other, other) in self._reach((one, one, other))

    def _reach(self, start: tuple[int, ...]) -> set[tuple[int, ...]]:
        """What several readings of one text, begun at these positions, can come to together."""
        seen: set[tuple[int, ...]] = set()
        pending = deque([start])
        while pending:
            for found in self._steps(pending.popleft()):
                if found not in seen:
                    seen.add(found)
                    pending.append(found)
        return seen

    def _steps(self, state: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        for after in product(*(self.follow[at] for at in state)):
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise _RefusedError("it is too intricate to tell how long it takes")
            if frozenset.intersection(*(self.characters[at] for at in after)):
                yield after


def _largest(onward: Mapping[int, Iterable[int]], values: Mapping[int, int], join: Callable[[int, int], int]) -> int:
    """The largest value of a way onward, joined of the values of its places; no way leads in a circle."""
    found: dict[int, int] = {}

    def largest(at: int) -> int:
        if at not in found:
            found[at] = max((join(values[at], largest(after)) for after in onward[at]), default=values[at])
        return found[at]

    return max(map(largest, onward), default=0)


def _alphabet(parsed: Any) -> frozenset[str]:
    """Characters that tell all sets of a pattern apart: a sample, and the edges of everything in it."""
    found = set(_SAMPLE)
    pending = [parsed]
    while pending:
        current = pending.pop()
        if isinstance(current, int) and 0 <= current < 0x10FFFF:
            found.update((chr(current), chr(current + 1), chr(max(current - 1, 0))))
        elif isinstance(current, tuple | list):
            pending.extend(current)
        elif isinstance(current, _parser.SubPattern):
            pending.extend(current.data)
    return frozenset(found)


def _characters(operator: str, argument: Any, alphabet: frozenset[str], ignore_case: bool) -> frozenset[str]:
    """The characters of the alphabet that one position of a pattern matches."""
    if operator == "ANY":
        return alphabet
    if operator == "IN":
        negated = any(str(kind) == "NEGATE" for kind, _ in argument)
        chosen = frozenset(char for char in alphabet for kind, what in argument if _in(char, str(kind), what))
    else:
        negated = operator == "NOT_LITERAL"
        chosen = frozenset({chr(argument)})
    if ignore_case:
        chosen |= {other for char in chosen for other in (char.lower(), char.upper())}
    return alphabet - chosen if negated else chosen


def _in(char: str, kind: str, what: Any) -> bool:
    if kind == "LITERAL":
        return bool(ord(char) == what)
    if kind == "RANGE":
        return bool(what[0] <= ord(char) <= what[1])
    return kind == "CATEGORY" and _in_category(char, str(what))


def _in_category(char: str, name: str) -> bool:
    tests: dict[str, bool] = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}
    found = tests[name.rpartition("_")[2]]
    return found != ("NOT" in name)
