"""csvdecode, jsondecode, jsonencode."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform import numbers
from cogcheck.terraform.functions.base import ANY, STRING, Context, Function, Parameter
from cogcheck.terraform.functions.csv import rows
from cogcheck.terraform.templates import Pieces, normalised
from cogcheck.terraform.values import any_sensitive, deep_marks, in_order, join_trails, open_reason, refuse

if TYPE_CHECKING:
    from cogcheck.model import Value

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", '"': '\\"', "\\": "\\\\"}
_DEPTH = 100


def quoted(text: str) -> str:
    """A JSON string as Terraform writes it: safe to stand in HTML."""
    if text.isascii() and text.isalnum():
        return f'"{text}"'
    return '"' + "".join(_char(char) for char in text) + '"'


def _char(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char in _ESCAPES:
        return _ESCAPES[char]
    return f"\\u{ord(char):04x}" if char < " " else char


def encoded(value: Value, context: Context) -> str:
    """The JSON of a value that is known as a whole."""
    pieces = Pieces()
    _encode(value, context, pieces)
    result = pieces.value(context.span)
    return str(result.value) if isinstance(result, Known) else ""


def _jsonencode(context: Context, args: Sequence[Value]) -> Value:
    pieces = Pieces()
    pieces.sources.extend(deep_marks(args, context.budget))
    _encode(args[0], context, pieces)
    context.budget.check(pieces.size, context.span)
    return pieces.value(context.span)


def _encode(value: Value, context: Context, pieces: Pieces) -> None:
    context.budget.step(context.span)
    context.budget.check(pieces.size, context.span)
    if isinstance(value, Unknown):
        # The pieces of an unknown string may have to be escaped, so only those that need it not are known here.
        sure = tuple(piece for piece in value.literals if quoted(piece)[1:-1] == piece)
        pieces.gap(value if sure == value.literals else Unknown(value.reason, value.span, sure), value.reason)
    elif isinstance(value, Null):
        pieces.text("null")
    elif isinstance(value, Known):
        pieces.text(_scalar(value.value))
    elif isinstance(value, ListValue):
        _encode_list(value, context, pieces)
    else:
        _encode_object(value, context, pieces)


def _scalar(scalar: str | bool | int | Decimal) -> str:
    if isinstance(scalar, str):
        return quoted(scalar)
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    return numbers.text(scalar)


def _encode_list(value: ListValue, context: Context, pieces: Pieces) -> None:
    pieces.text("[")
    told = in_order(value, context.budget)
    for at, item in enumerate(value.items):
        if not told:
            _further(value, pieces)
        elif at:
            pieces.text(",")
        _encode(item, context, pieces)
    if not told:
        _further(value, pieces)
    pieces.text("]")


def _further(value: ListValue | ObjectValue, pieces: Pieces) -> None:
    """Further items and keys may stand before, between and behind those that are known."""
    pieces.gap(Unknown(open_reason(value), value.span), open_reason(value))


def _encode_object(value: ObjectValue, context: Context, pieces: Pieces) -> None:
    pieces.text("{")
    for at, key in enumerate(sorted(value.entries)):
        if at and not value.open:
            pieces.text(",")
        elif value.open:
            _further(value, pieces)
        pieces.text(f"{quoted(key)}:")
        _encode(value.entries[key], context, pieces)
    if value.open:
        _further(value, pieces)
    pieces.text("}")


def _jsondecode(context: Context, args: Sequence[Value]) -> Value:
    text = args[0]
    if not isinstance(text, Known):
        return context.hidden(args)
    try:
        data = json.loads(str(text.value), parse_int=_number, parse_float=_number, parse_constant=_constant)
    except RecursionError:
        context.budget.stop("depth", "evaluation stopped at the limit of nested JSON", context.span)
    except ValueError as error:
        refuse(f"jsondecode is given what is no JSON: {error}", context.span)
    except numbers.TooLargeError:
        return context.hidden(args)
    return value_of(data, context, args)


def _number(text: str) -> int | Decimal:
    number = numbers.parse(text)
    if number is None:
        raise ValueError(f"{text[:20]} is no number")
    return number


def _constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def value_of(data: Any, context: Context, sources: Sequence[Value], depth: int = 0) -> Value:
    """Python's data as a value, all of it with the marks of what it was made of."""
    context.budget.step(context.span)
    if depth > _DEPTH:
        context.budget.stop("depth", f"evaluation stopped at the limit of {_DEPTH} levels of data", context.span)
    span, trail, sensitive = context.span, join_trails(sources), any_sensitive(sources)
    if data is None:
        return Null(span, trail, sensitive)
    if isinstance(data, dict):
        entries = {_clean(key): value_of(item, context, sources, depth + 1) for key, item in data.items()}
        return ObjectValue(entries, span, trail=trail, sensitive=sensitive)
    if isinstance(data, list):
        items = tuple(value_of(item, context, sources, depth + 1) for item in data)
        return ListValue(items, span, trail=trail, sensitive=sensitive)
    return context.scalar(_clean(data) if isinstance(data, str) else data, sources)


def _clean(text: str) -> str:
    """Half a surrogate pair is no character: it is replaced, as Go does."""
    if text.isascii():
        return text
    return normalised("".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text))


def _csvdecode(context: Context, args: Sequence[Value]) -> Value:
    text = args[0]
    if not isinstance(text, Known):
        return context.hidden(args)
    try:
        head, *body = rows(str(text.value))
    except ValueError as error:
        refuse(f"csvdecode: {error}", context.span)
    if len(set(head)) < len(head):
        refuse("csvdecode is given a column twice", context.span)
    made = [value_of(dict(zip(head, row, strict=True)), context, args) for row in body]
    return context.items(made, "list", args)


FUNCTIONS: Mapping[str, Function] = {
    "csvdecode": Function(_csvdecode, (Parameter(STRING),)),
    "jsondecode": Function(_jsondecode, (Parameter(STRING),), not_null=False),
    "jsonencode": Function(_jsonencode, (Parameter(ANY, null=True, unknown=True),)),
}
