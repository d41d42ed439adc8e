"""abs, ceil, floor, log, max, min, parseint, pow, signum."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cogcheck.model import Known
from cogcheck.terraform import numbers
from cogcheck.terraform.functions.base import ANY, NUMBER, CannotTellError, Context, Function, Parameter, plain, whole
from cogcheck.terraform.values import kind_name, refuse

if TYPE_CHECKING:
    from cogcheck.model import Value

    Number = int | Decimal

_LOW = "0123456789abcdefghijklmnopqrstuvwxyz"


def _abs(number: Number) -> Number:
    return abs(number) if isinstance(number, int) else number.copy_abs()


def _ceil(number: Number) -> int:
    return math.ceil(numbers.exact(number))


def _floor(number: Number) -> int:
    return math.floor(numbers.exact(number))


def _log(number: Number, base: Number) -> Number:
    top, bottom = float(numbers.exact(number)), float(numbers.exact(base))
    if top < 0 or bottom < 0 or (top == 1 and bottom == 1):
        raise ValueError("the result is no number")
    if top == 0 or bottom in (0, 1):
        raise numbers.TooLargeError
    return numbers.of_float(math.log(top) / math.log(bottom))


def _pow(number: Number, power: Number) -> Number:
    base, exponent = float(numbers.exact(number)), float(numbers.exact(power))
    if base == 0 and exponent < 0:
        raise numbers.TooLargeError
    try:
        return numbers.of_float(math.pow(base, exponent))
    except OverflowError:
        raise numbers.TooLargeError from None
    except ValueError:
        raise ValueError("the result is no number") from None


def _signum(number: Number) -> int:
    value = whole(number)
    return (value > 0) - (value < 0)


def _extreme(pick: str) -> Function:
    chosen = max if pick == "max" else min

    def run(*values: Number) -> Number:
        if not values:
            raise ValueError("at least one number is required")
        return chosen(values, key=numbers.exact)

    return plain(run, rest=NUMBER)


def _digit(char: str, base: int) -> int:
    at = _LOW.find(char.lower() if base <= 36 else char)
    if at < 0 and base > 36 and "A" <= char <= "Z":
        at = 36 + ord(char) - ord("A")
    if not 0 <= at < base:
        raise ValueError
    return at


def _parseint(context: Context, args: Sequence[Value]) -> Value:
    text, base = args
    if not isinstance(text, Known) or not isinstance(text.value, str):
        refuse(f"parseint reads a string, not a {kind_name(text)}", context.span)
    if not isinstance(base, Known):
        return context.hidden(args)
    if base.value not in range(2, 63):
        refuse("parseint takes a base between 2 and 62", context.span)
    sign, digits = (-1, text.value[1:]) if text.value.startswith("-") else (1, text.value.removeprefix("+"))
    if len(digits) > 150:
        raise CannotTellError("the number is too large to work with")
    total, radix = 0, int(base.value)
    try:
        for char in digits:
            total = total * radix + _digit(char, radix)
    except ValueError:
        digits = ""
    if not digits:
        refuse(f"parseint cannot read the string in base {radix}", context.span)
    return context.scalar(sign * total, args)


FUNCTIONS: Mapping[str, Function] = {
    "abs": plain(_abs, NUMBER),
    "ceil": plain(_ceil, NUMBER),
    "floor": plain(_floor, NUMBER),
    "log": plain(_log, NUMBER, NUMBER),
    "max": _extreme("max"),
    "min": _extreme("min"),
    "parseint": Function(_parseint, (Parameter(ANY), Parameter(NUMBER))),
    "pow": plain(_pow, NUMBER, NUMBER),
    "signum": plain(_signum, NUMBER),
}
