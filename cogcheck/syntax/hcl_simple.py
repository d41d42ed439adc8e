"""The expressions that most arguments have: plain strings, numbers, keywords and references, read by one pattern."""

from __future__ import annotations

import re
from collections.abc import Callable

from cogcheck.model import Span
from cogcheck.syntax.body import Expression, GetAttr, Literal, Name
from cogcheck.syntax.hcl_text import number

KEYWORDS = {"true": True, "false": False, "null": None}
_SIMPLE = re.compile(
    r'"([^"\\$%\n]*+)"|(true|false|null)|((?!(?:true|false|null)\.)[A-Za-z_][\w-]*+(?:\.[A-Za-z_][\w-]*+)*+)|(\d{1,15})',
    re.ASCII,
)


def simple(text: str, start: int, end: int, span: Callable[[int, int], Span]) -> Expression | None:
    """The expression in that range of the text, if it is one of those."""
    match = _SIMPLE.fullmatch(text, start, end)
    if match is None:
        return None
    kind = match.lastindex
    if kind == 1:
        return Literal(match[1], span(start, end))
    if kind == 2:
        return Literal(KEYWORDS[match[2]], span(start, end))
    if kind == 4:
        return Literal(number(match[4]), span(start, end))
    first, *rest = match[3].split(".")
    at = start + len(first)
    result: Expression = Name(first, span(start, at))
    for name in rest:
        at += 1 + len(name)
        result = GetAttr(result, name, span(start, at))
    return result
