"""The functions over strings, but for formatting and patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, Unknown
from cogcheck.terraform.functions.base import (
    NUMBER,
    STRING,
    STRINGS,
    Context,
    Function,
    Parameter,
    plain,
    whole,
    whole_argument,
)
from cogcheck.terraform.functions.graphemes import clusters, lower, titled, upper
from cogcheck.terraform.templates import Pieces, add
from cogcheck.terraform.values import open_reason, refuse

if TYPE_CHECKING:
    from cogcheck.model import Value

    Number = int | Decimal

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def _substr(text: str, offset: Number, length: Number) -> str:
    start, count = whole(offset), whole(length)
    parts = clusters(text)
    if start < 0:
        start = max(0, start + len(parts))
    elif count == 0:
        return ""
    rest = parts[start:]
    # A length of zero with an offset from the end takes everything, as Terraform's own loop does.
    return "".join(rest if count <= 0 else rest[:count])


def _indent(context: Context, args: Sequence[Value]) -> Value:
    spaces, text = whole_argument(args[0], context), args[1]
    if spaces is None or not isinstance(text, Known):
        return context.hidden(args)
    if spaces < 0:
        refuse("indent takes no negative number", context.span)
    lines = str(text.value).split("\n")
    context.budget.check(spaces * len(lines), context.span)
    return context.scalar(("\n" + " " * spaces).join(lines), args)


def _join(context: Context, args: Sequence[Value]) -> Value:
    separator, *lists = args
    if not lists:
        refuse("join takes at least one list", context.span)
    pieces = Pieces()
    pieces.sources.extend(args)
    first = True
    for value in lists:
        if not isinstance(value, ListValue):
            return context.hidden(args)
        context.budget.step(context.span, len(value.items))
        for item in value.items:
            if isinstance(item, Null):
                refuse("join is given a list with a null in it", context.span)
            if not first:
                add(separator, context.span, pieces)
            first = False
            if value.open:
                _further(value, pieces)
            add(item, context.span, pieces)
            context.budget.check(pieces.size, context.span)
        if value.open:
            _further(value, pieces)
    return pieces.value(context.span)


def _further(value: ListValue, pieces: Pieces) -> None:
    """Further items may stand before, between and behind those that are known."""
    pieces.gap(Unknown(open_reason(value), value.span), open_reason(value))


def _replace(context: Context, args: Sequence[Value]) -> Value:
    texts = [str(arg.value) for arg in args if isinstance(arg, Known)]
    if len(texts) < 3:
        return context.hidden(args)
    text, old, new = texts
    if len(old) > 1 and old[0] == old[-1] == "/":
        from cogcheck.terraform.functions.patterns import replaced

        return context.scalar(replaced(context, old[1:-1], text, new), args)
    context.budget.check(len(text) + text.count(old) * len(new), context.span)
    return context.scalar(text.replace(old, new), args)


def _split(separator: str, text: str) -> list[str]:
    return text.split(separator) if separator else list(text)


FUNCTIONS: Mapping[str, Function] = {
    "chomp": plain(lambda text: text.rstrip("\r\n"), STRING),
    "endswith": plain(lambda text, end: text.endswith(end), STRING, STRING),
    "indent": Function(_indent, (Parameter(NUMBER), Parameter(STRING))),
    "join": Function(_join, (Parameter(STRING),), Parameter(STRINGS)),
    "lower": plain(lower, STRING),
    "replace": Function(_replace, (Parameter(STRING), Parameter(STRING), Parameter(STRING))),
    "split": plain(_split, STRING, STRING),
    "startswith": plain(lambda text, start: text.startswith(start), STRING, STRING),
    "strcontains": plain(lambda text, part: part in text, STRING, STRING),
    "strrev": plain(lambda text: "".join(reversed(clusters(text))), STRING),
    "substr": plain(_substr, STRING, NUMBER, NUMBER),
    "title": plain(titled, STRING),
    "trim": plain(lambda text, chars: text.strip(chars) if chars else text, STRING, STRING),
    "trimprefix": plain(lambda text, start: text.removeprefix(start), STRING, STRING),
    "trimspace": plain(lambda text: text.strip(_SPACE), STRING),
    "trimsuffix": plain(lambda text, end: text.removesuffix(end), STRING, STRING),
    "upper": plain(upper, STRING),
}
