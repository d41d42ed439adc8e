"""The syntax of RE2's regular expressions, which Go and so Terraform speak, parsed into a small tree.

What RE2 refuses (look-around, back-references) raises ValueError; what is not translated raises CannotTellError.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeAlias

from cogcheck.record import dataclass
from cogcheck.terraform.functions.base import CannotTellError
from cogcheck.terraform.functions.re2_classes import Ranges, class_of, escape_class, negated, posix_class

_REPEAT = 1000
_NESTING = 100
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)|\\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Char:
    """One character out of some ranges; with `fold` in either case."""

    ranges: Ranges
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Assertion:
    """A place between characters: `^ $ \\A \\z \\b \\B`, of kind begin, end, line-begin, line-end, word, no-word."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one behind the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, of which the first that leads to a match is taken."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part from `low` to `high` times; `high` None is without end."""

    part: Node
    low: int
    high: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group."""

    part: Node
    number: int


Node: TypeAlias = Char | Assertion | Sequence | Choice | Repeat | Group


@dataclass(frozen=True, slots=True)
class Flags:
    """The modes of `(?imsU)`."""

    i: bool = False
    m: bool = False
    s: bool = False
    U: bool = False


class Parser:
    """Reads one pattern; `names` are those of the groups in order, None where they have none."""

    def __init__(self, pattern: str) -> None:
        if "\\Q" in pattern and "[" in pattern:
            raise CannotTellError("a pattern with both quoted text and classes is not translated")
        self.pattern = _QUOTED.sub(_escaped, pattern)
        self.at = 0
        self.names: list[str | None] = []
        self.depth = 0

    def parse(self) -> Node:
        """The tree of the whole pattern."""
        node = self._choice(Flags())
        if self.at < len(self.pattern):
            raise ValueError("a parenthesis is closed that was not opened")
        return node

    def _peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _take(self) -> str:
        if self.at >= len(self.pattern):
            raise ValueError("the pattern ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def _choice(self, flags: Flags) -> Node:
        self.depth += 1
        if self.depth > _NESTING:
            raise CannotTellError("the pattern is nested too deeply")
        options: list[Node] = []
        parts: list[Node] = []
        while self.at < len(self.pattern) and not self._peek(")"):
            if self._peek("|"):
                self.at += 1
                options.append(Sequence(tuple(parts)))
                parts = []
            elif self._peek("(?") and (changed := self._mode(flags)) is not None:
                flags = changed
            else:
                parts.append(self._repeated(flags))
        self.depth -= 1
        options.append(Sequence(tuple(parts)))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _mode(self, flags: Flags) -> Flags | None:
        """The flags after `(?i)`; None where a group begins instead."""
        end = self.at + 2
        while end < len(self.pattern) and self.pattern[end] in "imsU-":
            end += 1
        if end >= len(self.pattern) or self.pattern[end] != ")" or end == self.at + 2:
            return None
        changed = _with_flags(flags, self.pattern[self.at + 2 : end])
        self.at = end + 1
        return changed

    def _repeated(self, flags: Flags) -> Node:
        node = self._atom(flags)
        repeated = False
        while True:
            bounds = self._bounds()
            if bounds is None:
                return node
            if repeated:
                raise ValueError("a repetition is repeated")
            repeated = True
            lazy = self._peek("?")
            self.at += lazy
            node = Repeat(node, *bounds, greedy=lazy == flags.U)

    def _bounds(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._peek(mark):
                self.at += 1
                return bounds
        end = self.pattern.find("}", self.at) if self._peek("{") else -1
        if end < 0:
            return None
        low, comma, high = self.pattern[self.at + 1 : end].partition(",")
        if not _is_count(low) or not (_is_count(high) or not high):
            return None
        self.at = end + 1
        least = int(low)
        most = int(high) if high else None if comma else least
        if max(least, most or 0) > _REPEAT or (most is not None and most < least):
            raise ValueError("the counts of a repetition are invalid")
        return least, most

    def _atom(self, flags: Flags) -> Node:
        char = self._take()
        if char == "(":
            return self._group(flags)
        if char == "[":
            return self._class(flags)
        if char == ".":
            return Char((("\0", "\U0010ffff"),) if flags.s else negated((("\n", "\n"),)))
        if char == "^":
            return Assertion("line-begin" if flags.m else "begin")
        if char == "$":
            return Assertion("line-end" if flags.m else "end")
        if char == "\\":
            return self._escape(flags)
        if char in "*+?":
            raise ValueError(f"nothing is repeated by {char}")
        return Char(((char, char),), flags.i)

    def _escape(self, flags: Flags) -> Node:
        start = self.at
        char = self._take()
        if char in "AzbB":
            return Assertion({"A": "begin", "z": "end", "b": "word", "B": "no-word"}[char])
        self.at = start
        ranges = escape_class(self._take, self._peek)
        return Char(ranges, flags.i)

    def _class(self, flags: Flags) -> Node:
        negate = self._peek("^")
        self.at += negate
        ranges: list[tuple[str, str]] = []
        first = True
        while first or not self._peek("]"):
            first = False
            ranges.extend(self._class_item())
        self.at += 1
        if negate and flags.i:
            raise CannotTellError("a negated class without regard to case is not translated")
        found = tuple(ranges)
        return Char(negated(found) if negate else found, flags.i)

    def _class_item(self) -> Ranges:
        if self._peek("[:"):
            end = self.pattern.find(":]", self.at)
            if end < 0:
                raise ValueError("a character class does not end")
            name = self.pattern[self.at + 2 : end]
            self.at = end + 2
            return posix_class(name)
        low = self._class_char()
        if not self._peek("-") or self._peek("-]"):
            return low
        self.at += 1
        high = self._class_char()
        if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1]:
            raise ValueError("a range in a character class has no end")
        if high[0][0] < low[0][0]:
            raise ValueError("a range in a character class runs backwards")
        return ((low[0][0], high[0][0]),)

    def _class_char(self) -> Ranges:
        char = self._take()
        return escape_class(self._take, self._peek) if char == "\\" else ((char, char),)

    def _group(self, flags: Flags) -> Node:
        name: str | None = None
        capture = True
        if self._peek("?P<") or (self._peek("?<") and not self._peek("?<=") and not self._peek("?<!")):
            end = self.pattern.find(">", self.at)
            name = self.pattern[self.pattern.index("<", self.at) + 1 : end] if end >= 0 else ""
            if not name or not name.replace("_", "a").isalnum() or not name.isascii() or name in self.names:
                raise ValueError("a group has an invalid name")
            self.at = end + 1
        elif self._peek("?"):
            capture = False
            end = self.pattern.find(":", self.at)
            if end < 0:
                raise ValueError("a group is invalid")
            flags = _with_flags(flags, self.pattern[self.at + 1 : end])
            self.at = end + 1
        number = len(self.names) + 1
        if capture:
            self.names.append(name)
        part = self._choice(flags)
        if not self._peek(")"):
            raise ValueError("a group does not end")
        self.at += 1
        return Group(part, number) if capture else part


def _escaped(match: re.Match[str]) -> str:
    """`\\Qa.b\\E` with each character for itself; other escapes as they are."""
    if match[1] is None:
        return match[0]
    return "".join(char if char.isalnum() or not char.isascii() else f"\\{char}" for char in match[1])


def _is_count(text: str) -> bool:
    return text.isdigit() and text.isascii() and len(text) < 6 and (text == "0" or text[0] != "0")


def _with_flags(flags: Flags, letters: str) -> Flags:
    on, minus, off = letters.partition("-")
    if any(letter not in "imsU" for letter in on + off) or (minus and not off):
        raise ValueError("a group is invalid")
    return replace(flags, **dict.fromkeys(on, True), **dict.fromkeys(off, False))


__all__ = ["Assertion", "Char", "Choice", "Group", "Node", "Parser", "Repeat", "Sequence", "class_of"]
