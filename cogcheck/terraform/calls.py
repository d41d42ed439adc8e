"""Function calls, and the two functions that look at what fails: `try` and `can`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, Unknown
from cogcheck.syntax import body as syntax
from cogcheck.terraform import functions
from cogcheck.terraform.conversion import converted
from cogcheck.terraform.values import (
    REFUSED,
    RefusedError,
    canonical,
    leaves,
    length,
    marked,
    open_reason,
    refuse,
    unknown,
    why_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cogcheck.model import Value
    from cogcheck.terraform.evaluate import Env
    from cogcheck.terraform.functions.base import Function, Parameter

_TEMPLATES = ("templatefile", "templatestring")


def call(expression: syntax.Call, env: Env) -> Value:
    """`name(args...)`."""
    name = expression.name.removeprefix("core::")
    if "::" in name:
        return unknown(f"{name} is a provider's function", expression.span)
    if name == "try":
        return _try(expression, env)
    if name == "can":
        return _can(expression, env)
    function = functions.find(name)
    if function is None and name not in functions.UNTOLD:
        refuse(f"there is no function {name}", expression.span)
    if name == "templatestring" and expression.args and not _is_reference(expression.args[0]):
        refuse("templatestring takes a reference to its template", expression.span)
    args = _arguments(expression, env)
    if function is None:
        reason = functions.UNTOLD[name]
        return unknown(reason, expression.span, () if isinstance(args, Unknown) else args, not_null=True)
    if isinstance(args, Unknown):
        return args
    if env.in_template and name in _TEMPLATES:
        refuse(f"{name} is called from inside a template", expression.span)
    return _called(expression, name, function, args, env)


def _is_reference(expression: syntax.Expression) -> bool:
    return isinstance(expression, syntax.Name | syntax.GetAttr | syntax.Index)


def _arguments(expression: syntax.Call, env: Env) -> list[Value] | Unknown:
    """The values of the arguments; one Unknown where their number is unknown."""
    if not expression.expand:
        return [env.run(arg) for arg in expression.args]
    args = [env.run(arg) for arg in expression.args]
    last = args.pop()
    if isinstance(last, Null):
        refuse("an expanded argument is null", last.span)
    if isinstance(last, Unknown):
        return unknown(last.reason, expression.span, (last,))
    if not isinstance(last, ListValue):
        refuse("an expanded argument is no list", last.span)
    if last.open or (last.kind == "set" and len(last.items) > 1 and why_unknown(last, env.budget)):
        return unknown(why_unknown(last, env.budget) or open_reason(last), expression.span, (last,))
    env.budget.step(expression.span, len(last.items))
    sources = (last,) if last.sensitive else ()
    return [*args, *(marked(item, sources) for item in last.items)]


def _called(expression: syntax.Call, name: str, function: Function, args: list[Value], env: Env) -> Value:
    if len(args) < len(function.parameters):
        refuse(f"{name} takes {len(function.parameters)} arguments, not {len(args)}", expression.span)
    if len(args) > len(function.parameters) and function.rest is None:
        refuse(f"{name} takes {len(function.parameters)} arguments, not {len(args)}", expression.span)
    try:
        return _result(expression, name, function, args, env)
    except RefusedError:
        if any(value.sensitive for arg in args for value in leaves(arg, env.budget)):
            raise RefusedError(REFUSED, expression.span) from None
        raise


def _result(expression: syntax.Call, name: str, function: Function, args: list[Value], env: Env) -> Value:
    from cogcheck.terraform.functions.base import CannotTellError, Context

    hidden = None
    for at, arg in enumerate(args):
        parameter = function.parameters[at] if at < len(function.parameters) else function.rest
        if parameter is not None:
            args[at] = prepared = _prepared(arg, parameter, name, env)
            env.budget.text(length(prepared), expression.span)
            if isinstance(args[at], Unknown) and not parameter.unknown and hidden is None:
                hidden = args[at]
    if isinstance(hidden, Unknown):
        result: Value = unknown(hidden.reason, expression.span, args, not_null=function.not_null)
    else:
        try:
            result = function.run(Context(name, expression.span, env), args)
            env.budget.text(length(result), expression.span)
        except CannotTellError as error:
            secret = any(value.sensitive for arg in args for value in leaves(arg, env.budget))
            reason = f"{name} of something sensitive is not told" if secret else error.reason
            result = unknown(reason, expression.span, args, not_null=function.not_null)
    if isinstance(result, Unknown) and result.identity is None and function.pure:
        return replace(result, identity=_identity(name, args))
    return result


def _prepared(arg: Value, parameter: Parameter, name: str, env: Env) -> Value:
    if isinstance(arg, Null):
        if not parameter.null:
            refuse(f"an argument of {name} is null", arg.span)
        return arg
    return converted(arg, parameter.type, env.budget)


def _identity(name: str, args: Sequence[Value]) -> str | None:
    texts = [canonical(arg) for arg in args]
    return None if None in texts else f"{name}({', '.join(filter(None, texts))})"[:500]


def _try(expression: syntax.Call, env: Env) -> Value:
    """The first argument that does not fail. One that is not known as a whole may still fail."""
    if not expression.args:
        refuse("try takes at least one argument", expression.span)
    reason = ""
    for arg in expression.args:
        try:
            value = env.run(arg)
        except RefusedError as error:
            reason = error.reason
            continue
        hidden = why_unknown(value, env.budget)
        if hidden is None:
            return value
        return unknown(hidden, expression.span, (value,))
    raise RefusedError(f"no argument of try succeeds: {reason}", expression.span)


def _can(expression: syntax.Call, env: Env) -> Value:
    if len(expression.args) != 1:
        refuse("can takes one argument", expression.span)
    try:
        value = env.run(expression.args[0])
    except RefusedError:
        return Known(False, expression.span)
    hidden = why_unknown(value, env.budget)
    if hidden is None:
        return Known(True, expression.span, sensitive=value.sensitive)
    return unknown(hidden, expression.span, (value,), not_null=True)
