"""Unary and binary operators, and the conditional."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform import numbers
from cogcheck.terraform.budget import Budget
from cogcheck.terraform.conversion import converted
from cogcheck.terraform.types import BOOL, NUMBER, common_type
from cogcheck.terraform.values import RefusedError, canonical, equal, known, marked, refuse, unknown

if TYPE_CHECKING:
    from decimal import Decimal

    from cogcheck.model import Span, Value
    from cogcheck.syntax import body as syntax
    from cogcheck.terraform.evaluate import Env

    Number = int | Decimal


def unary(expression: syntax.Unary, env: Env) -> Value:
    """`-x` and `!x`."""
    operand = env.run(expression.operand)
    value = converted(operand, NUMBER if expression.operator == "-" else BOOL, env.budget)
    if isinstance(value, Null):
        refuse(f"{expression.operator} is applied to a null", expression.span)
    if not isinstance(value, Known):
        return _cannot(expression.span, (value,), expression.operator)
    if expression.operator == "!":
        return known(not value.value, expression.span, (value,))
    return known(numbers.negative(_number(value)), expression.span, (value,))


def _number(value: Known) -> Number:
    return value.value if not isinstance(value.value, str) else 0


def _cannot(span: Span, operands: tuple[Value, ...], operator: str) -> Value:
    reasons = [operand.reason for operand in operands if isinstance(operand, Unknown)]
    names = [canonical(operand) for operand in operands]
    identity = None if None in names else f"({f' {operator} '.join(filter(None, names))})"
    reason = reasons[0] if reasons else "an operand is not known"
    return unknown(reason, span, operands, identity=identity, not_null=True)


def binary(expression: syntax.Binary, env: Env) -> Value:
    """`left operator right`. Both sides are always evaluated: Terraform 1.11 skips neither."""
    left, right = env.run(expression.left), env.run(expression.right)
    operator = expression.operator
    if operator in ("==", "!="):
        same = equal(left, right, env.budget)
        if same is None:
            return _cannot(expression.span, (left, right), operator)
        return known(same is (operator == "=="), expression.span, (left, right))
    if operator in ("&&", "||"):
        return _logic(expression, left, right, env.budget)
    one, other = converted(left, NUMBER, env.budget), converted(right, NUMBER, env.budget)
    if isinstance(one, Null) or isinstance(other, Null):
        refuse(f"{operator} is applied to a null", expression.span)
    if not isinstance(one, Known) or not isinstance(other, Known):
        return _cannot(expression.span, (one, other), operator)
    try:
        result = _OPERATIONS[operator](_number(one), _number(other))
    except (numbers.TooLargeError, ZeroDivisionError):
        return unknown("the result is infinite or too large to work with", expression.span, (one, other), not_null=True)
    return known(result, expression.span, (one, other))


def _logic(expression: syntax.Binary, left: Value, right: Value, budget: Budget) -> Value:
    one, other = converted(left, BOOL, budget), converted(right, BOOL, budget)
    if isinstance(one, Null) or isinstance(other, Null):
        refuse(f"{expression.operator} is applied to a null", expression.span)
    decisive = expression.operator == "||"
    for side in (one, other):
        if isinstance(side, Known) and side.value is decisive:
            sources = (one, other) if isinstance(one, Known) and isinstance(other, Known) else (side,)
            result = known(decisive, expression.span, sources)
            return result if result.sensitive or not (one.sensitive or other.sensitive) else _hidden(result)
    if isinstance(one, Known) and isinstance(other, Known):
        return known(not decisive, expression.span, (one, other))
    return _cannot(expression.span, (one, other), expression.operator)


def _hidden(value: Known) -> Known:
    return replace(value, sensitive=True)


def _add(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return numbers.normal(left + right)
    return numbers.of(numbers.exact(left) + numbers.exact(right), numbers.precision(left, right))


def _subtract(left: Number, right: Number) -> Number:
    return _add(left, numbers.negative(right))


def _multiply(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return numbers.normal(left * right)
    return numbers.of(numbers.exact(left) * numbers.exact(right), numbers.precision(left, right))


def _divide(left: Number, right: Number) -> Number:
    if right == 0 and left == 0:
        refuse("zero is divided by zero")
    return numbers.of(numbers.exact(left) / numbers.exact(right), numbers.precision(left, right))


def _modulo(left: Number, right: Number) -> Number:
    if right == 0:
        return left
    quotient = numbers.exact(_divide(left, right))
    whole = quotient.numerator // quotient.denominator
    if whole < 0 and whole != quotient:
        whole += 1
    product = numbers.exact(numbers.of(numbers.exact(right) * whole))
    return numbers.of(Fraction(numbers.exact(left)) - product)


_OPERATIONS: Mapping[str, Callable[[Number, Number], Number | bool]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "%": _modulo,
    "<": lambda left, right: numbers.exact(left) < numbers.exact(right),
    ">": lambda left, right: numbers.exact(left) > numbers.exact(right),
    "<=": lambda left, right: numbers.exact(left) <= numbers.exact(right),
    ">=": lambda left, right: numbers.exact(left) >= numbers.exact(right),
}


def conditional(expression: syntax.Conditional, env: Env) -> Value:
    """`condition ? then : otherwise`. The branch not taken counts for the result's type, its errors do not count."""
    condition = converted(env.run(expression.condition), BOOL, env.budget)
    if isinstance(condition, Null):
        refuse("the condition is null", expression.condition.span)
    then, then_error = _branch(expression.then, env)
    otherwise, else_error = _branch(expression.otherwise, env)
    if not isinstance(condition, Known):
        if then_error or else_error:
            return _undecided(expression, condition, not_null=False)
        return _merged(expression, condition, *_agreed(then, otherwise, env.budget), env.budget)
    error = then_error if condition.value else else_error
    if error is not None:
        raise error
    if not (then_error or else_error):
        then, otherwise = _agreed(then, otherwise, env.budget)
    taken, other = (then, otherwise) if condition.value else (otherwise, then)
    result = marked(taken, (condition,))
    return result if result.sensitive or not other.sensitive else replace(result, sensitive=True)


def _branch(expression: syntax.Expression, env: Env) -> tuple[Value, RefusedError | None]:
    try:
        return env.run(expression), None
    except RefusedError as error:
        return Unknown(error.reason, expression.span), error


def _agreed(then: Value, otherwise: Value, budget: Budget) -> tuple[Value, Value]:
    """Both branches, converted to the type that they have in common."""
    if isinstance(then, Null | Unknown) or isinstance(otherwise, Null | Unknown):
        return then, otherwise
    if isinstance(then, Known) and isinstance(otherwise, Known) and type(then.value) is type(otherwise.value):
        return then, otherwise
    type_ = common_type((then, otherwise), budget)
    if type_ is None:
        refuse("the two results of the conditional have types that do not go together")
    return converted(then, type_, budget), converted(otherwise, type_, budget)


def _undecided(expression: syntax.Conditional, condition: Value, *, not_null: bool) -> Value:
    reason = condition.reason if isinstance(condition, Unknown) else "the condition is not known"
    return unknown(reason, expression.span, (condition,), not_null=not_null)


def _merged(expression: syntax.Conditional, condition: Value, then: Value, otherwise: Value, budget: Budget) -> Value:
    """What both branches agree on, where the condition is not known."""
    if equal(then, otherwise, budget):
        return marked(then, (condition, otherwise))
    if isinstance(then, ObjectValue) and isinstance(otherwise, ObjectValue) and _alike(then, otherwise):
        entries = {
            key: _merged(expression, condition, item, otherwise.entries[key], budget)
            for key, item in then.entries.items()
        }
        budget.step(expression.span, len(entries))
        return marked(replace(then, entries=entries, span=expression.span, identity=None), (condition, otherwise))
    if isinstance(then, ListValue) and isinstance(otherwise, ListValue) and _same_length(then, otherwise):
        pairs = zip(then.items, otherwise.items, strict=True)
        items = tuple(_merged(expression, condition, one, other, budget) for one, other in pairs)
        budget.step(expression.span, len(items))
        return marked(replace(then, items=items, span=expression.span), (condition, otherwise))
    result = _undecided(expression, condition, not_null=_not_null(then) and _not_null(otherwise))
    return marked(result, (then, otherwise))


def _not_null(value: Value) -> bool:
    return value.not_null or bool(value.literals) if isinstance(value, Unknown) else not isinstance(value, Null)


def _alike(then: ObjectValue, otherwise: ObjectValue) -> bool:
    closed = not then.open and not otherwise.open
    return closed and then.kind == otherwise.kind and then.entries.keys() == otherwise.entries.keys()


def _same_length(then: ListValue, otherwise: ListValue) -> bool:
    closed = not then.open and not otherwise.open
    return closed and then.kind == otherwise.kind != "set" and len(then.items) == len(otherwise.items)
