"""Conversions of types, and sensitivity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.model import Unknown
from cogcheck.terraform.conversion import converted
from cogcheck.terraform.functions.base import ANY, BOOL, NUMBER, STRING, Context, Function, Parameter
from cogcheck.terraform.types import LIST, MAP, SET, Type

if TYPE_CHECKING:
    from cogcheck.model import Value

_ANYTHING = (Parameter(ANY, null=True, unknown=True),)


def _to(type_: Type) -> Function:
    def run(context: Context, args: Sequence[Value]) -> Value:
        value = converted(args[0], type_, context.budget)
        # The converted value is another than the unknown one: "1" is not 1.
        return replace(value, identity=None) if isinstance(value, Unknown) else value

    return Function(run, _ANYTHING, not_null=False)


def _same(context: Context, args: Sequence[Value]) -> Value:
    return args[0]


def _sensitive(context: Context, args: Sequence[Value]) -> Value:
    return replace(args[0], sensitive=True)


def _nonsensitive(context: Context, args: Sequence[Value]) -> Value:
    return replace(args[0], sensitive=False) if args[0].sensitive else args[0]


def _issensitive(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if isinstance(value, Unknown) and not value.sensitive:
        return context.hidden(args)
    return context.scalar(value.sensitive, ())


FUNCTIONS: Mapping[str, Function] = {
    "ephemeralasnull": Function(_same, _ANYTHING, not_null=False),
    "issensitive": Function(_issensitive, _ANYTHING),
    "nonsensitive": Function(_nonsensitive, _ANYTHING, not_null=False),
    "sensitive": Function(_sensitive, _ANYTHING, not_null=False),
    "tobool": _to(BOOL),
    "tolist": _to(LIST),
    "tomap": _to(MAP),
    "tonumber": _to(NUMBER),
    "toset": _to(SET),
    "tostring": _to(STRING),
}
