"""Source lines with the places of a finding underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from cogcheck.record import dataclass
from cogcheck.reporters.screen import COMMAND, TAB, Paint, character, escaped, visible, width

if TYPE_CHECKING:
    from cogcheck.model import Document, Span

_ELLIPSIS = "…"
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline; the main one of a finding has no label, since the finding's message stands above."""

    span: Span
    label: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as shown, and for each place in it the columns (from 0, end exclusive) below which it stands."""

    text: str
    columns: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """How to draw: with this many digits of line numbers, in lines of this many columns."""

    paint: Paint
    digits: int
    columns: int

    def draw(self, marks: Sequence[Mark], colour: str) -> Iterator[str]:
        """The lines of one document that hold the marks, and what lies between where that is a single line."""
        document = marks[0].span.document
        lines: dict[int, list[Mark]] = {}
        for mark in sorted(marks, key=lambda mark: (not mark.main, mark.span.order)):
            lines.setdefault(mark.span.first[0], []).append(mark)
        previous = 0
        for number in sorted(lines):
            if previous and number == previous + 2:
                yield self.row(self._show(document, previous + 1, ()).text, previous + 1)
            elif previous and number > previous + 2:
                yield self.paint("gutter", "...")
            yield from self._line(document, number, lines[number], colour)
            previous = number

    def row(self, text: str = "", number: int | None = None) -> str:
        """A row with the gutter before it."""
        label = "" if number is None else str(number)
        gutter = self.paint("gutter", f"{label:>{self.digits}} |")
        return f"{gutter} {text}".rstrip() if text else gutter

    def _line(self, document: Document, number: int, marks: Sequence[Mark], colour: str) -> Iterator[str]:
        # A line that is cut shows the surroundings of one place only.
        begin, end = _line_bounds(document, number)
        together = end - begin <= self.columns
        for group in [marks] if together else [[mark] for mark in marks]:
            shown = self._show(document, number, [mark.span for mark in group])
            yield self.row(shown.text, number)
            for mark, (start, end) in zip(group, shown.columns, strict=True):
                underline = ("^" if mark.main else "-") * max(end - start, 1)
                label = f" {visible(mark.label)}" if mark.label else ""
                yield self.row(" " * start + self.paint(colour if mark.main else "gutter", underline + label))

    def _show(self, document: Document, number: int, spans: Sequence[Span]) -> Shown:
        begin, end = _line_bounds(document, number)
        room = max(self.columns - self.digits - 3, _NARROWEST)
        if spans:  # a plan is one line of megabytes: only the neighbourhood is taken out of it
            begin, end = max(begin, spans[0].start - 3 * room), min(end, spans[0].start + 3 * room)
        text = document.text[begin:end].removesuffix("\r")
        places = [(max(span.start - begin, 0), min(span.end - begin, len(text))) for span in spans]
        return show(text, places, room)


def _line_bounds(document: Document, number: int) -> tuple[int, int]:
    """The offsets of a line, without its line feed."""
    begin = document.line_starts[number - 1]
    if number < len(document.line_starts):
        return begin, document.line_starts[number] - 1
    return begin, len(document.text)


def show(text: str, places: Sequence[tuple[int, int]], room: int) -> Shown:
    """A line in so many columns; where it is longer, the piece around the first place."""
    low, high = _window(text, places[0][0] if places else 0, room)
    pieces = _pieces(text[low:high])
    before, after = _ELLIPSIS if low else "", _ELLIPSIS if high < len(text) else ""
    edges = list(accumulate(map(width, pieces), initial=len(before)))
    columns = tuple((_edge(edges, start - low), _edge(edges, end - low)) for start, end in places)
    return Shown(before + "".join(pieces) + after, columns)


def _edge(edges: Sequence[int], index: int) -> int:
    return edges[min(max(index, 0), len(edges) - 1)]


def _pieces(text: str) -> list[str]:
    """Each character as shown; tabs reach to the next stop."""
    if "##" in text:
        pieces = _shown_pieces(text)
        for match in COMMAND.finditer(text):
            pieces[match.end() - 1] = escaped(match)[-4:]
        return pieces
    return _shown_pieces(text)


def _shown_pieces(text: str) -> list[str]:
    if text.isascii() and text.isprintable():
        return list(text)
    pieces: list[str] = []
    at = 0
    for char in text:
        pieces.append(" " * (TAB - at % TAB) if char == "\t" else character(char))
        at += width(pieces[-1])
    return pieces


def _window(text: str, start: int, room: int) -> tuple[int, int]:
    """Which characters of a line to show: all if they fit, else from a third of the room before the start."""
    if len(text) <= room * 2 and sum(map(width, _pieces(text))) <= room:
        return 0, len(text)
    low = start - _fitting(reversed(_pieces(text[max(0, start - room) : start])), room // 3)
    high = low + _fitting(_pieces(text[low : low + room]), room - (2 if low else 1))
    return low, high


def _fitting(pieces: Iterable[str], room: int) -> int:
    """How many of these characters fit."""
    return sum(1 for used in accumulate(map(width, pieces)) if used <= room)
