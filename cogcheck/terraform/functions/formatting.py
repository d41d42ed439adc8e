"""format and formatlist."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, Unknown
from cogcheck.terraform import numbers
from cogcheck.terraform.conversion import as_text, converted
from cogcheck.terraform.functions.base import ANY, BOOL, NUMBER, STRING, Context, Function, Parameter
from cogcheck.terraform.functions.documents import encoded
from cogcheck.terraform.functions.graphemes import clusters
from cogcheck.terraform.templates import Pieces
from cogcheck.terraform.values import RefusedError, deep_marks, in_order, refuse, why_unknown

if TYPE_CHECKING:
    from cogcheck.model import Value

_VERB = re.compile(r"%([ #+0-]*)([1-9][0-9]*)?(\.[0-9]*)?(?:\[([1-9][0-9]*)\])?([A-Za-z])")
_INTEGERS = {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}


def _count(digits: str | None) -> int:
    """A number in a verb; more digits than these are beyond every limit anyway."""
    return int((digits or "0")[:15])


class _Verb:
    """A verb such as `%-5.2f`."""

    __slots__ = ("flags", "mode", "precision", "raw", "width")

    def __init__(self, match: re.Match[str]) -> None:
        self.raw = match[0]
        self.flags = match[1]
        self.width = _count(match[2])
        self.precision = None if match[3] is None else _count(match[3][1:])
        self.mode = match[5]

    def pad(self, text: str) -> str:
        """The text filled up to the width."""
        missing = self.width - len(clusters(text))
        if missing <= 0:
            return text
        fill = ("0" if "0" in self.flags else " ") * missing
        return text + fill if "-" in self.flags else fill + text


def _format(context: Context, args: Sequence[Value]) -> Value:
    template, *values = args
    if not isinstance(template, Known):
        return context.hidden(args)
    return _formatted(context, str(template.value), values, (template,))


def _formatted(context: Context, template: str, values: Sequence[Value], sources: Sequence[Value]) -> Value:
    pieces = Pieces()
    pieces.sources.extend((*sources, *deep_marks(values, context.budget)))
    at = highest = 0
    following = 1
    while (found := template.find("%", at)) >= 0:
        pieces.text(template[at:found])
        if template.startswith("%%", found):
            pieces.text("%")
            at = found + 2
            continue
        match = _VERB.match(template, found)
        if match is None:
            refuse(f"{context.name} cannot read its format at offset {found}", context.span)
        number = _count(match[4]) or following
        if number > len(values):
            refuse(f"{context.name} has too few arguments for {match[0]}", context.span)
        highest, following, at = max(highest, number), number + 1, match.end()
        _add(context, _Verb(match), values[number - 1], pieces)
    if highest < len(values):
        refuse(f"{context.name} has more arguments than its format uses", context.span)
    pieces.text(template[at:])
    return pieces.value(context.span)


def _add(context: Context, verb: _Verb, value: Value, pieces: Pieces) -> None:
    context.budget.check(verb.width + pieces.size + (verb.precision or 0), context.span)
    reason = why_unknown(value, context.budget)
    if reason is None:
        pieces.text(_text(context, verb, value))
    elif isinstance(value, Unknown) and (verb.width or verb.precision or verb.mode == "q" or "#" in verb.flags):
        pieces.gap(Unknown(reason, value.span), reason)
    else:
        pieces.gap(value, reason)
    context.budget.check(pieces.size, context.span)


def _text(context: Context, verb: _Verb, value: Value) -> str:
    mode = verb.mode
    if isinstance(value, Null) and mode != "v":
        refuse(f"a null is formatted with {verb.raw}", context.span)
    if mode == "v":
        return _as_is(context, verb, value)
    if mode in "sq":
        return _string(context, verb, value)
    if mode == "t":
        flag = converted(value, BOOL, context.budget)
        return "true" if isinstance(flag, Known) and flag.value else "false"
    if mode in "bdoxXeEfgG":
        number = converted(value, NUMBER, context.budget)
        if not isinstance(number, Known) or isinstance(number.value, str):
            refuse("the number is too large to work with", context.span)
        return _number(context, verb, number.value)
    raise RefusedError(f"{context.name} knows no verb {verb.raw}", context.span)


def _as_is(context: Context, verb: _Verb, value: Value) -> str:
    if "#" not in verb.flags and isinstance(value, Known) and not isinstance(value.value, bool):
        return verb.pad(value.value if isinstance(value.value, str) else numbers.short_text(value.value))
    return verb.pad(encoded(value, context))


def _string(context: Context, verb: _Verb, value: Value) -> str:
    text = as_text(value)
    if not isinstance(text, Known):
        refuse("a null is formatted", context.span)
    shown = str(text.value)
    if verb.precision:
        shown = "".join(clusters(shown)[: verb.precision])
    if verb.mode == "q":
        shown = encoded(Known(shown, value.span), context)
    return verb.pad(shown)


def _number(context: Context, verb: _Verb, number: int | Decimal) -> str:
    if verb.mode in _INTEGERS:
        if not isinstance(number, int):
            refuse(f"a whole number is required for {verb.raw}", context.span)
        digits = format(abs(number), _INTEGERS[verb.mode])
        if "#" in verb.flags:
            digits = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb.mode, "") + digits
        if verb.precision is not None:
            digits = digits.rjust(verb.precision, "0")
        zeros = "0" in verb.flags and verb.precision is None
    else:
        digits = _float(verb, number)
        zeros = "0" in verb.flags
    sign = "-" if number < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    missing = verb.width - len(sign) - len(digits)
    if "-" in verb.flags:
        return sign + digits + " " * missing
    return sign + "0" * missing + digits if zeros else " " * missing + sign + digits


def _float(verb: _Verb, number: int | Decimal) -> str:
    """The digits of a number's absolute value, as Go's formatting of big floats has them."""
    mode, exact = verb.mode, numbers.exact_decimal(number).copy_abs()
    if mode == "f":
        return format(exact, f".{6 if verb.precision is None else verb.precision}f")
    if mode in "eE":
        return _exponent(format(exact, f".{6 if verb.precision is None else verb.precision}e"), mode)
    if verb.precision is None:
        shown = numbers.short_text(number).lstrip("-")
        return shown if mode == "g" else shown.upper()
    significant = verb.precision or 1
    shown = format(exact, f".{significant - 1}e")
    mantissa, _, exponent = shown.partition("e")
    digits, power = mantissa.replace(".", "").rstrip("0") or "0", int(exponent)
    limit = max(len(digits), 0) if significant > len(digits) >= power + 1 else significant
    if power < -4 or power >= limit:
        tail = f".{digits[1:]}" if digits[1:] else ""
        return _exponent(f"{digits[0]}{tail}e{power:+d}", "e" if mode == "g" else "E")
    return (
        format(Decimal(shown), "f").rstrip("0").rstrip(".") if power < significant - 1 else format(Decimal(shown), "f")
    )


def _exponent(text: str, mark: str) -> str:
    """Go writes exponents with two digits at least."""
    mantissa, _, power = text.lower().partition("e")
    value = int(power)
    return f"{mantissa}{mark}{'-' if value < 0 else '+'}{abs(value):02d}"


def _formatlist(context: Context, args: Sequence[Value]) -> Value:
    template, *values = args
    if not isinstance(template, Known):
        return context.hidden(args)
    lists = [value for value in values if isinstance(value, ListValue)]
    told = [value for value in lists if in_order(value, context.budget)]
    lengths = {len(value.items) for value in told}
    if len(lengths) > 1:
        refuse("formatlist is given lists of different lengths", context.span)
    # What is unknown may be a list, and then decides how many results there are.
    if len(told) < len(lists) or any(isinstance(value, Unknown) and not value.literals for value in values):
        return context.hidden(args)
    count = lengths.pop() if lengths else 1
    rows = ([value.items[at] if isinstance(value, ListValue) else value for value in values] for at in range(count))
    text = str(template.value)
    return context.items([_formatted(context, text, row, (template,)) for row in rows], "list", args)


FUNCTIONS: Mapping[str, Function] = {
    "format": Function(_format, (Parameter(STRING),), Parameter(ANY, null=True, unknown=True)),
    "formatlist": Function(_formatlist, (Parameter(STRING),), Parameter(ANY, null=True, unknown=True)),
}
