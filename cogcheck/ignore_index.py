"""The ignores of a file, and which of them hold at a place, found without asking each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cogcheck.ignores import Ignore, in_comments, last_line
from cogcheck.model import Document, Span
from cogcheck.record import dataclass

if TYPE_CHECKING:
    from cogcheck.catalogue.shapes import ResourceShape
    from cogcheck.syntax.body import ParsedFile


@dataclass(frozen=True, slots=True)
class FileIgnores:
    """The ignores of a file. Those of a file that was only consulted need not be of use: it is not `judged`."""

    document: Document
    ignores: tuple[Ignore, ...]
    judged: bool = True


def ignores_of(file: ParsedFile, shapes: Mapping[str, ResourceShape], *, judged: bool = True) -> FileIgnores:
    """What a file ignores."""
    found = list(in_comments(file))
    if file.document.kind == "tfjson":
        from cogcheck.ignores_json import in_json

        found.extend(in_json(file, shapes))
    return FileIgnores(file.document, tuple(found), judged)


class IgnoreIndex:
    """The ignores of one file that can be understood, by where they hold.

    Areas are those of blocks and attributes, of which any two are apart or one within the other. So the areas around a
    place are the nearest one that begins before it and those around that.
    """

    def __init__(self, ignores: Sequence[Ignore]) -> None:
        usable = [ignore for ignore in ignores if not ignore.fault]
        self._everywhere = [ignore for ignore in usable if ignore.whole_file]
        self._by_line: dict[int, list[Ignore]] = {}
        for ignore in usable:
            if ignore.line is not None:
                self._by_line.setdefault(ignore.line, []).append(ignore)
        areas = [(start, -end, number) for number, ignore in enumerate(usable) for start, end in ignore.areas]
        areas.sort()
        self._starts = [start for start, _, _ in areas]
        self._ends = [-end for _, end, _ in areas]
        self._ignores = [usable[number] for _, _, number in areas]
        self._around = self._nest()

    def _nest(self) -> list[int]:
        """For each area, the number of the one around it; -1 for none."""
        around, open_ = [], [-1]
        for number, start in enumerate(self._starts):
            while open_[-1] >= 0 and self._ends[open_[-1]] <= start:
                open_.pop()
            around.append(open_[-1])
            open_.append(number)
        return around

    def at(self, span: Span) -> Iterator[Ignore]:
        """The ignores that hold for something at this place, each once."""
        seen: set[int] = set()
        for ignore in self._candidates(span):
            if id(ignore) not in seen:
                seen.add(id(ignore))
                yield ignore

    def _candidates(self, span: Span) -> Iterator[Ignore]:
        yield from self._everywhere
        if self._by_line:
            first, last = span.first[0], last_line(span)
            lines = range(first, last + 1) if last - first < len(self._by_line) else self._by_line
            for line in lines:
                if first <= line <= last:
                    yield from self._by_line.get(line, ())
        number = bisect_right(self._starts, span.start) - 1
        while number >= 0:
            if span.start < self._ends[number]:
                yield self._ignores[number]
            number = self._around[number]
