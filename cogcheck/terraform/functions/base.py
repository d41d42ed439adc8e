"""What a function is: its parameters, and how its arguments are prepared, the same way for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from cogcheck.model import Known, ListValue, Null, Unknown
from cogcheck.record import dataclass
from cogcheck.terraform import numbers
from cogcheck.terraform.templates import normalised
from cogcheck.terraform.types import ANY, BOOL, NUMBER, STRING, STRINGS, Type
from cogcheck.terraform.values import (
    any_sensitive,
    deep_marks,
    join_trails,
    refuse,
    unknown,
    why_unknown,
)

if TYPE_CHECKING:
    from cogcheck.model import Scalar, Span, Value
    from cogcheck.terraform.budget import Budget
    from cogcheck.terraform.evaluate import Env

Result: TypeAlias = "Scalar | Sequence[str] | None"
"""What a plain function gives: a scalar, a list of strings, or a null."""


class CannotTellError(Exception):
    """The result exists, but cannot be computed here."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its type, and whether a null or an unknown is the function's own business."""

    type: Type = ANY
    null: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function over values. It may raise RefusedError, CannotTellError and LimitError.

    `not_null` is set where the result is never null; `pure` where equal arguments make equal results in every module.
    """

    run: Callable[[Context, Sequence[Value]], Value]
    parameters: tuple[Parameter, ...] = ()
    rest: Parameter | None = None
    not_null: bool = True
    pure: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """One call of a function: where it stands, and what it may use."""

    name: str
    span: Span
    env: Env

    @property
    def budget(self) -> Budget:
        """The bounds of the work."""
        return self.env.budget

    def scalar(self, value: Scalar, sources: Iterable[Value]) -> Known:
        """A computed scalar; strings are normalised and bounded."""
        sources = tuple(sources)
        if isinstance(value, str):
            self.budget.check(len(value), self.span)
            value = value if value.isascii() else normalised(value)
        return Known(value, self.span, join_trails(sources), any_sensitive(sources))

    def items(self, items: Iterable[Value], kind: Any, sources: Iterable[Value], *, is_open: bool = False) -> ListValue:
        """A computed list, tuple or set."""
        items, sources = tuple(items), tuple(sources)
        if any_sensitive(sources):
            items = tuple([item if item.sensitive else replace(item, sensitive=True) for item in items])
        self.budget.step(self.span, len(items))
        self.budget.check(len(items), self.span)
        return ListValue(items, self.span, kind, is_open, join_trails(sources), any_sensitive(sources))

    def strings(self, texts: Iterable[str], sources: Iterable[Value]) -> ListValue:
        """A computed list of strings, all with the marks of what they were made of."""
        sources = tuple(sources)
        return self.items([self.scalar(text, sources) for text in texts], "list", sources)

    def hidden(self, values: Sequence[Value], literals: tuple[str, ...] = ()) -> Unknown:
        """The unknown result of arguments of which something is unknown."""
        sources = deep_marks(values, self.budget)
        return unknown(self.reason(values), self.span, sources, literals=literals, not_null=True)

    def reason(self, values: Sequence[Value]) -> str:
        """Why the first of some values that is not known cannot be told."""
        return next(filter(None, (why_unknown(value, self.budget) for value in values)), "an argument is not known")

    def result(self, value: Result, sources: Iterable[Value]) -> Value:
        """What a plain function gave, as a value."""
        sources = tuple(sources)
        if value is None:
            return Null(self.span, join_trails(sources), any_sensitive(sources))
        if isinstance(value, str | bool | int | Decimal):
            return self.scalar(value, sources)
        return self.strings(value, sources)


def plain(function: Callable[..., Result], *types: Type, rest: Type | None = None, not_null: bool = True) -> Function:
    """A function over Python's own strings, numbers and booleans, of which all have to be known.

    It may raise ValueError with the reason why Terraform would refuse.
    """

    def run(context: Context, args: Sequence[Value]) -> Value:
        scalars = [arg.value for arg in args if isinstance(arg, Known)]
        if len(scalars) != len(args):
            return context.hidden(args)
        try:
            return context.result(function(*scalars), args)
        except numbers.TooLargeError:
            raise CannotTellError("the result is infinite or too large to work with") from None
        except ValueError as error:
            refuse(f"{context.name}: {error}", context.span)

    return Function(run, tuple(Parameter(type_) for type_ in types), Parameter(rest) if rest else None, not_null)


def whole(number: int | Decimal) -> int:
    """The number as a machine integer. Raises ValueError as Terraform refuses it."""
    if not isinstance(number, int):
        raise ValueError("a whole number is required")
    if not -(2**63) <= number < 2**63:
        raise ValueError("the number is too large")
    return number


def whole_argument(value: Value, context: Context) -> int | None:
    """A number argument as a machine integer; None where it is unknown. Raises RefusedError."""
    if not isinstance(value, Known):
        return None
    try:
        return whole(value.value if isinstance(value.value, int | Decimal) else 0)
    except ValueError as error:
        refuse(f"{context.name}: {error}", context.span)


def known_items(value: Value) -> list[Scalar] | None:
    """The items of a list of scalars; None where something in it is unknown. Raises RefusedError for a null."""
    if not isinstance(value, ListValue) or value.open:
        return None
    items: list[Scalar] = []
    for item in value.items:
        if isinstance(item, Null):
            refuse("a list element is null", item.span)
        if not isinstance(item, Known):
            return None
        items.append(item.value)
    return items


__all__ = [
    "ANY",
    "BOOL",
    "NUMBER",
    "STRING",
    "STRINGS",
    "CannotTellError",
    "Context",
    "Function",
    "Parameter",
    "known_items",
    "plain",
    "whole",
    "whole_argument",
]
