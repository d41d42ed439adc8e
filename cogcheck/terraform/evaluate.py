"""Expressions to values, as Terraform 1.11 evaluates them; what it would refuse is unknown, with the reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.syntax import body as syntax
from cogcheck.terraform import numbers, templates
from cogcheck.terraform.access import attribute, index
from cogcheck.terraform.budget import Budget, LimitError
from cogcheck.terraform.calls import call
from cogcheck.terraform.conversion import as_text
from cogcheck.terraform.loops import each, splat
from cogcheck.terraform.operators import binary, conditional, unary
from cogcheck.terraform.scope import Inner, Scope
from cogcheck.terraform.values import REFUSED, RefusedError, refuse

if TYPE_CHECKING:
    from cogcheck.model import Span, Value
    from cogcheck.syntax.body import Expression

__all__ = ["NOTHING", "Budget", "Env", "Nothing", "evaluate"]

_LEVELS: Mapping[type, int] = {syntax.Call: 2, syntax.ForExpr: 3, syntax.Splat: 2}
"""What counts for more than one level of depth: what needs more than one level of Python's own."""
_ENTRY = 5
"""How many levels of depth an evaluation within another counts for: a scope's own calls stand between the two."""


class Nothing:
    """A scope without names and files: for expressions that must be constant."""

    def resolve(self, path: tuple[str, ...], span: Span) -> tuple[Value, int]:
        """Unknown, whatever it is."""
        return Unknown(f"nothing is known of {path[0]}", span), 1

    def read(self, path: str) -> str | None:
        """No file."""
        return None

    def glob(self, directory: str, pattern: str) -> tuple[str, ...] | None:
        """No file."""
        return None


NOTHING = Nothing()


class Env:
    """Where an expression is evaluated: its scope, and the budget. `run` may raise RefusedError and LimitError."""

    __slots__ = ("budget", "in_template", "scope")

    def __init__(self, scope: Scope, budget: Budget, in_template: bool = False) -> None:
        self.scope = scope
        self.budget = budget
        self.in_template = in_template
        """Whether this is the text of a template file or string, which may not call for another."""

    def run(self, expression: Expression) -> Value:
        """The value of an expression."""
        kind = type(expression)
        budget = self.budget
        if kind is syntax.Literal:
            return _literal(expression, budget)
        budget.step(expression.span)
        levels = _LEVELS.get(kind, 1)
        budget.enter(expression.span, levels)
        try:
            value = _HANDLERS[kind](expression, self)
        finally:
            budget.level -= levels
        if value.sensitive:
            budget.secret = True
        return value

    def within(self, names: Mapping[str, Value]) -> Env:
        """The same with further names."""
        return Env(Inner(self.scope, names), self.budget, self.in_template)


def evaluate(expression: Expression, scope: Scope, budget: Budget) -> Value:
    """The value of an expression; never raises.

    What Terraform would refuse, and what goes beyond the budget, is an Unknown with the reason.
    """
    if type(expression) is syntax.Literal:
        return _literal(expression)
    level, secret = budget.level, budget.secret
    budget.secret = False
    try:
        budget.enter(expression.span, _ENTRY)
        return Env(scope, budget).run(expression)
    except RefusedError as error:
        reason = REFUSED if budget.secret else error.reason
    except LimitError as error:
        reason = error.reason
    except RecursionError:
        reason = _too_deep(budget, expression.span)
    except MemoryError:  # no mistake of ours, and nothing that the rest of the scan could be trusted after
        raise
    except Exception as error:  # the net below the net: a mistake in here must not cost the user the whole report
        if os.environ.get("COGCHECK_DEBUG"):
            raise
        reason = f"it could not be evaluated ({type(error).__name__})"
    finally:
        budget.level, budget.secret = level, secret
    return Unknown(reason, expression.span)


def _too_deep(budget: Budget, span: Span) -> str:
    reason = "evaluation stopped at the limit of nested values"
    budget.note("depth", reason, span)
    return reason


def _literal(expression: Any, budget: Budget | None = None) -> Value:
    value, span = expression.value, expression.span
    if value is None:
        return Null(span)
    if isinstance(value, str):
        if value.isascii():
            return Known(value, span)
        if budget is not None:
            budget.text(len(value), span)
        return Known(templates.normalised(value), span)
    if isinstance(value, bool):
        return Known(value, span)
    try:
        return Known(numbers.normal(value), span)
    except numbers.TooLargeError:
        return Unknown("the number is too large to work with", span, not_null=True)


def _reference(expression: syntax.GetAttr | syntax.Name, env: Env) -> Value:
    names: list[str] = []
    node: Expression = expression
    while isinstance(node, syntax.GetAttr):
        names.append(node.name)
        node = node.source
    names.reverse()
    if isinstance(node, syntax.Name):
        path = [node.name]
        for name in names:
            if name.isdigit():
                break
            path.append(name)
        value, taken = env.scope.resolve(tuple(path), expression.span)
        names = names[taken - 1 :]
    else:
        value = env.run(node)
    for name in names:
        value = attribute(value, name, expression.span)
    return value


def _index(expression: syntax.Index, env: Env) -> Value:
    source = env.run(expression.source)
    return index(source, env.run(expression.key), expression.span)


def _parens(expression: syntax.Parens | syntax.TemplateWrap, env: Env) -> Value:
    return env.run(expression.inner)


def _tuple(expression: syntax.TupleExpr, env: Env) -> Value:
    run = env.run
    return ListValue(tuple([run(item) for item in expression.items]), expression.span)


def _object(expression: syntax.ObjectExpr, env: Env) -> Value:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    is_open = sensitive = False
    for key_expression, value_expression in expression.items:
        key = as_text(env.run(key_expression))
        value = env.run(value_expression)
        sensitive = sensitive or key.sensitive
        if isinstance(key, Null):
            refuse("a null is used as a key", key.span)
        if isinstance(key, Known):
            entries[str(key.value)] = value
            keys[str(key.value)] = key_expression.span
            continue
        # The unknown key may be any of those before it, and would then replace its value.
        is_open = True
        reason = key.reason if isinstance(key, Unknown) else "a key is not known"
        entries = {name: Unknown(reason, old.span) for name, old in entries.items()}
    return ObjectValue(entries, expression.span, open=is_open, keys=keys, sensitive=sensitive)


def _broken(expression: syntax.Broken, env: Env) -> Value:
    return Unknown("the expression could not be read", expression.span)


_HANDLERS: Mapping[type, Callable[[Any, Env], Value]] = {
    syntax.Name: _reference,
    syntax.GetAttr: _reference,
    syntax.Index: _index,
    syntax.Splat: splat,
    syntax.Template: templates.template,
    syntax.TemplateWrap: _parens,
    syntax.TemplateIf: templates.lone_directive,
    syntax.TemplateFor: templates.lone_directive,
    syntax.TupleExpr: _tuple,
    syntax.ObjectExpr: _object,
    syntax.Call: call,
    syntax.Unary: unary,
    syntax.Binary: binary,
    syntax.Conditional: conditional,
    syntax.ForExpr: each,
    syntax.Parens: _parens,
    syntax.Broken: _broken,
}
