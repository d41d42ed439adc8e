"""Templates from their flat parts, for both HCL readers.

A reader delivers what it sees in order: literal text, interpolations, directive markers. Here whitespace control is
applied, heredocs lose their indentation, and directives are nested, exactly as HCL's own parser does it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from cogcheck.model import Span
from cogcheck.syntax.body import Broken, Expression, Literal, Template, TemplateFor, TemplateIf, TemplateWrap

# Go's unicode.IsSpace.
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


@dataclass(slots=True)
class Text:
    """Literal text, escapes resolved. In a heredoc, one line is one `Text`, since trimming never crosses it."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Interpolation:
    """`${ expression }` with its strip markers."""

    expression: Expression
    span: Span
    strip_left: bool = False
    strip_right: bool = False


@dataclass(frozen=True, slots=True)
class Directive:
    """`%{ keyword ... }` with its strip markers; what does not belong to the keyword is `None`."""

    keyword: str
    span: Span
    strip_left: bool = False
    strip_right: bool = False
    expression: Expression | None = None
    key: str | None = None
    value: str = ""


Part: TypeAlias = Text | Interpolation | Directive
_Piece: TypeAlias = Expression | TemplateIf | TemplateFor


def assemble(parts: Sequence[Part], span: Span, *, indented: bool = False) -> Expression:
    """The expression that a template's parts make. `indented` for `<<-` heredocs."""
    if not parts:
        return Literal("", span)
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, Interpolation):
            return TemplateWrap(only.expression, span)
        if isinstance(only, Text) and not indented:
            return Literal(only.value, span)
    _strip(parts)
    if indented:
        _unindent(parts)
    return _nest(parts, span)


def _strip(parts: Sequence[Part]) -> None:
    """Apply `~`: it removes the white space of the one literal next to it."""
    for before, after in pairwise(parts):
        if isinstance(after, Text):
            if not isinstance(before, Text) and before.strip_right:
                after.value = after.value.lstrip(_SPACES)
        elif isinstance(before, Text) and after.strip_left:
            before.value = before.value.rstrip(_SPACES)


def _unindent(parts: Sequence[Part]) -> None:
    """Remove the indentation that all lines share; HCL counts it after `~` was applied."""
    lines: list[Text] = []
    shared: int | None = None
    begins = True
    for part in parts:
        if begins:
            begins = False
            spaces: int | None = 0
            if isinstance(part, Text):
                stripped = part.value.lstrip(_SPACES)
                if not stripped and part.value.endswith("\n"):
                    spaces = None
                else:
                    spaces = _graphemes(part.value[: len(part.value) - len(stripped)])
                    lines.append(part)
            if spaces is not None:
                shared = spaces if shared is None else min(shared, spaces)
        if isinstance(part, Text) and part.value.endswith("\n"):
            begins = True
    for line in lines:
        line.value = line.value[_grapheme_offset(line.value, shared or 0) :]


_CRLF = re.compile("\r\n")


def _graphemes(spaces: str) -> int:
    """How many grapheme clusters white space has: CR LF is one, all others are one each."""
    return len(spaces) - len(_CRLF.findall(spaces))


def _grapheme_offset(text: str, count: int) -> int:
    offset = 0
    for _ in range(count):
        offset += 2 if text.startswith("\r\n", offset) else 1
    return offset


@dataclass(slots=True)
class _Open:
    """A directive that waits for its end; `then` is filled when its `else` comes."""

    directive: Directive
    pieces: list[_Piece]
    then: Expression | None = None


def _nest(parts: Sequence[Part], span: Span) -> Expression:
    """Nest directives; those left open (a problem that the checks have reported) give a broken expression."""
    stack: list[_Open] = []
    pieces: list[_Piece] = []
    text: list[Text] = []
    for part in parts:
        if isinstance(part, Text):
            text.append(part)
            continue
        _flush(text, pieces)
        if isinstance(part, Interpolation):
            pieces.append(part.expression)
        elif part.keyword in {"if", "for"}:
            stack.append(_Open(part, pieces))
            pieces = []
        elif not stack:
            return Broken(span)
        elif part.keyword == "else":
            stack[-1].then = _content(pieces, stack[-1].directive, part)
            pieces = []
        else:
            opened = stack.pop()
            outer = opened.pieces
            outer.append(_closed(opened, pieces, part))
            pieces = outer
    _flush(text, pieces)
    if stack:
        return Broken(span)
    return _joined(pieces, span)


def _flush(text: list[Text], pieces: list[_Piece]) -> None:
    """Join neighbouring literals to one."""
    if not text:
        return
    value = "".join(item.value for item in text)
    if value:
        first, last = text[0].span, text[-1].span
        pieces.append(Literal(value, first if first is last else _between(first, last)))
    text.clear()


def _between(first: Span, last: Span) -> Span:
    return Span(first.document, first.start, max(first.end, last.end))


def _closed(opened: _Open, pieces: list[_Piece], end: Directive) -> TemplateIf | TemplateFor:
    start = opened.directive
    content = _content(pieces, start, end)
    span = _between(start.span, end.span)
    expression = start.expression or Broken(start.span)
    if start.keyword == "for":
        return TemplateFor(start.key, start.value, expression, content, span)
    if opened.then is None:
        return TemplateIf(expression, content, None, span)
    return TemplateIf(expression, opened.then, content, span)


def _content(pieces: list[_Piece], start: Directive, end: Directive) -> Expression:
    """A directive's content: all of what stands between two markers."""
    if pieces:
        return _joined(pieces, _between(pieces[0].span, pieces[-1].span))
    if start.span.end > end.span.start:  # JSON: all nodes have the span of the string
        return Literal("", start.span)
    return Literal("", Span(start.span.document, start.span.end, end.span.start))


def _joined(pieces: list[_Piece], span: Span) -> Expression:
    if not pieces:
        return Literal("", span)
    if len(pieces) == 1:
        only = pieces[0]
        if isinstance(only, Literal) and isinstance(only.value, str):
            return Literal(only.value, span)
    return Template(tuple(pieces), span)
