"""Regular expressions in time linear in the text: Thompson's automaton with captures, as Go's regexp has it.

Python's own `re` backtracks, so a pattern out of a configuration could keep it busy for ever; and it differs from RE2
in what `$`, `\\s`, empty matches and a dozen other things mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from cogcheck.record import dataclass
from cogcheck.terraform.functions import re2_syntax as syntax
from cogcheck.terraform.functions.base import CannotTellError
from cogcheck.terraform.functions.re2_classes import class_of

if TYPE_CHECKING:
    from cogcheck.model import Span
    from cogcheck.terraform.budget import Budget
    from cogcheck.terraform.functions.re2_syntax import Node

_PROGRAM = 5_000

Slots = tuple[int, ...]
"""Start and end of the whole match and of each group; -1 where a group took no part."""


class _Step:
    """One instruction: a test of a character, a choice of ways, an assertion, a saved place, or the match."""

    __slots__ = ("kind", "name", "slot", "test", "to")

    def __init__(self, kind: str, *, test: Callable[[str], bool] | None = None, name: str = "", slot: int = 0) -> None:
        self.kind = kind
        self.test = test
        self.name = name
        self.slot = slot
        self.to: list[int] = []


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `names` are those of its groups, None where they have none."""

    program: tuple[_Step, ...]
    names: tuple[str | None, ...]

    def find_all(self, text: str, budget: Budget, span: Span) -> Iterator[Slots]:
        """All matches from left to right; none of them empty directly behind another, as in Go."""
        at, previous = 0, -1
        while at <= len(text):
            slots = self.find(text, at, budget, span)
            if slots is None:
                return
            start, end = slots[:2]
            accepted = not (start == end == previous)
            at = end + 1 if start == end else end
            previous = end
            if accepted:
                yield slots

    def find(self, text: str, start: int, budget: Budget, span: Span) -> Slots | None:
        """The leftmost match at or behind a place, of those the one that backtracking would find first."""
        size = 2 * (len(self.names) + 1)
        current: list[tuple[int, Slots]] = []
        best: Slots | None = None
        for at in range(start, len(text) + 1):
            seen: set[int] = set()
            if best is None:
                seen = {step for step, _ in current}
                self._follow(0, at, text, (-1,) * size, current, seen)
            elif not current:
                break
            best, current, followed = self._advance(current, text, at, best)
            budget.step(span, 1 + (len(seen) + followed) // 8)
        return best

    def _advance(
        self, current: list[tuple[int, Slots]], text: str, at: int, best: Slots | None
    ) -> tuple[Slots | None, list[tuple[int, Slots]], int]:
        """The best match so far, the threads behind the next character, and how many steps these took."""
        following: list[tuple[int, Slots]] = []
        seen: set[int] = set()
        char = text[at] if at < len(text) else ""
        for number, slots in current:
            step = self.program[number]
            if step.kind == "match":
                return (slots[0], at, *slots[2:]), following, len(seen)
            if char and step.test is not None and step.test(char):
                self._follow(step.to[0], at + 1, text, slots, following, seen)
        return best, following, len(seen)

    def _follow(
        self, number: int, at: int, text: str, slots: Slots, threads: list[tuple[int, Slots]], seen: set[int]
    ) -> None:
        """Adds what can be reached from a step without reading a character, the preferred ways first."""
        if number == 0 and slots[0] < 0:
            slots = (at, *slots[1:])
        pending = [(number, slots)]
        while pending:
            number, slots = pending.pop()
            if number in seen:
                continue
            seen.add(number)
            step = self.program[number]
            if step.kind in ("char", "match"):
                threads.append((number, slots))
            elif step.kind == "save":
                pending.append((step.to[0], (*slots[: step.slot], at, *slots[step.slot + 1 :])))
            elif step.kind == "split":
                pending.extend((to, slots) for to in reversed(step.to))
            elif _holds(step.name, text, at):
                pending.append((step.to[0], slots))


def _holds(name: str, text: str, at: int) -> bool:
    if name == "begin":
        return at == 0
    if name == "end":
        return at == len(text)
    if name == "line-begin":
        return at == 0 or text[at - 1] == "\n"
    if name == "line-end":
        return at == len(text) or text[at] == "\n"
    border = _is_word(text[at - 1] if at else "") != _is_word(text[at] if at < len(text) else "")
    return border == (name == "word")


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


class _Compiler:
    def __init__(self) -> None:
        self.program: list[_Step] = []

    def add(self, step: _Step) -> int:
        if len(self.program) >= _PROGRAM:
            raise CannotTellError("the pattern is too large to work with")
        self.program.append(step)
        return len(self.program) - 1

    def join(self) -> int:
        """A step that only leads on."""
        return self.add(_Step("split"))

    def build(self, node: Node, start: int) -> int:
        """Adds a node behind a step whose way on is still open; the result is again such a step."""
        if isinstance(node, syntax.Char):
            number = self.add(_Step("char", test=class_of(node.ranges, node.fold)))
        elif isinstance(node, syntax.Assertion):
            number = self.add(_Step("assert", name=node.kind))
        elif isinstance(node, syntax.Sequence):
            for part in node.parts:
                start = self.build(part, start)
            return start
        elif isinstance(node, syntax.Choice):
            return self._choice(node, start)
        elif isinstance(node, syntax.Repeat):
            return self._repeat(node, start)
        else:
            number = self.add(_Step("save", slot=2 * node.number))
            self.program[start].to.append(number)
            start = self.build(node.part, number)
            number = self.add(_Step("save", slot=2 * node.number + 1))
        self.program[start].to.append(number)
        return number

    def _choice(self, node: syntax.Choice, start: int) -> int:
        ends = []
        split = self.join()
        self.program[start].to.append(split)
        for option in node.options:
            way = self.join()
            self.program[split].to.append(way)
            ends.append(self.build(option, way))
        end = self.join()
        for one in ends:
            self.program[one].to.append(end)
        return end

    def _repeat(self, node: syntax.Repeat, start: int) -> int:
        for _ in range(node.low if node.high is not None else node.low - 1):
            start = self.build(node.part, start)
        if node.high is None:
            return self._plus(node, start) if node.low else self._star(node, start)
        skips = []
        for _ in range(node.high - node.low):
            split, way = self._optional(start)
            skips.append((split, way))
            start = self.build(node.part, way)
        end = self.join()
        self.program[start].to.append(end)
        for split, way in skips:
            self.program[split].to.extend([way, end] if node.greedy else [end, way])
        return end

    def _optional(self, start: int) -> tuple[int, int]:
        split = self.join()
        self.program[start].to.append(split)
        return split, self.join()

    def _star(self, node: syntax.Repeat, start: int) -> int:
        """`x*` as `(x+)?`, which is what Go makes of it where x may be empty."""
        split, way = self._optional(start)
        last = self._plus(node, way)
        end = self.join()
        self.program[last].to.append(end)
        self.program[split].to.extend([way, end] if node.greedy else [end, way])
        return end

    def _plus(self, node: syntax.Repeat, start: int) -> int:
        first = self.join()
        self.program[start].to.append(first)
        split, end = self.join(), self.join()
        self.program[self.build(node.part, first)].to.append(split)
        self.program[split].to.extend([first, end] if node.greedy else [end, first])
        return end


@lru_cache(maxsize=128)
def compiled(pattern: str) -> Pattern:
    """The pattern, ready to search.

    Raises ValueError for what RE2 refuses, CannotTellError for what is not translated.
    """
    parser = syntax.Parser(pattern)
    tree = parser.parse()
    compiler = _Compiler()
    first = compiler.join()
    last = compiler.build(tree, first)
    compiler.program[last].to.append(compiler.add(_Step("match")))
    return Pattern(tuple(compiler.program), tuple(parser.names))
