"""What both HCL readers have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from cogcheck.model import Span
from cogcheck.syntax.body import Attribute, Body, Broken, Expression, Literal
from cogcheck.syntax.hcl_check_body import BrokenAttribute
from cogcheck.syntax.hcl_source import COMMENT, IDENTIFIER
from cogcheck.syntax.hcl_template import Part, Text
from cogcheck.syntax.hcl_text import number, unescape, unescape_heredoc

MakeSpan: TypeAlias = Callable[[int, int], Span]


class Reader(Protocol):
    """What a reader does with a text that passed the checks."""

    plain: bool
    """Whether the checks must show the reader a plainer text."""

    refused: tuple[int, int] | None
    """A place that the reader could not read."""

    limit: int
    """Where templates end at the latest."""

    def root(self) -> Body:
        """The body of the text."""


def without_comments(text: str, *, keep_offsets: bool = False) -> str:
    """A text that holds no strings, without comments and white space, or with blanks for comments."""
    if keep_offsets:
        return COMMENT.sub(lambda match: " " * len(match.group()), text)
    return "".join(COMMENT.sub(" ", text).split())


def key_of(source: str, span: Span) -> Expression | None:
    """The key of an object's item where it is a bare name, which is a string then and no reference."""
    match = IDENTIFIER.fullmatch(source)
    return Literal(source, span) if match else None


class ReaderBase:
    """A text, and how the places in it become spans.

    `readable` is what the parser is shown: of the same length, with blanks for what did not pass the checks. Contents
    are always taken from `text`. `broken` are arguments that did not pass, by the offset behind the `{` of their block.
    """

    def __init__(
        self, text: str, readable: str, span: MakeSpan, broken: Mapping[int, Sequence[BrokenAttribute]]
    ) -> None:
        self.text = text
        self.readable = readable
        self.span = span
        self.limit = len(text)
        self._broken = broken

    def refusal(self, start: int, end: int) -> tuple[int, int]:
        """The place of a refusal: a character of the text, also where it is what is missing at the end."""
        start = max(0, min(start, len(self.text) - 1))
        return start, min(max(end, start + 1), len(self.text))

    @staticmethod
    def end_of(expression: Expression) -> int:
        """Where an expression ends."""
        return expression.span.end

    def span_of(self, first: Expression, last: Expression) -> Span:
        """From the start of one expression to the end of another."""
        return self.span(first.span.start, last.span.end)

    def legacy_index(self, start: int, end: int) -> str:
        """The digits of `.0` behind its dot."""
        digits = without_comments(self.text[start:end])
        return digits if digits.isdecimal() else str(number(digits))

    def add_broken(self, attributes: dict[str, Attribute], start: int) -> None:
        """Add the arguments that did not pass the checks to the body that begins at an offset."""
        for item in self._broken.get(start, ()):
            value = self.span(item.value, item.end)
            name = self.span(item.start, item.start + len(item.name))
            attribute = Attribute(item.name, name, value, self.span(item.start, item.end), Broken(value))
            attributes.setdefault(item.name, attribute)

    def add_texts(self, parts: list[Part], start: int, end: int, *, heredoc: bool) -> None:
        """Add the literal text in a range to a template's parts, line by line in a heredoc."""
        if not heredoc:
            if start < end:
                parts.append(Text(unescape(self.text[start:end]), self.span(start, end)))
            return
        end = min(end, self.limit)
        while start < end:
            stop = self.text.find("\n", start, end) + 1 or end
            parts.append(Text(unescape_heredoc(self.text[start:stop]), self.span(start, stop)))
            start = stop
