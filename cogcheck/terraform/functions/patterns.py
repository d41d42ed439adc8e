"""regex and regexall, and `replace` with a pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cogcheck.model import Known, ObjectValue
from cogcheck.terraform.functions.base import STRING, Context, Function, Parameter
from cogcheck.terraform.functions.re2 import Pattern, Slots, compiled
from cogcheck.terraform.values import refuse

if TYPE_CHECKING:
    from cogcheck.model import Value

_REFERENCE = re.compile(r"\$(?:\$|([0-9A-Za-z_]+)|\{([0-9A-Za-z_]+)\})")


def _compiled(pattern: str, context: Context) -> Pattern:
    try:
        return compiled(pattern)
    except ValueError as error:
        refuse(f"{context.name} is given an invalid pattern: {error}", context.span)


def _arguments(context: Context, args: Sequence[Value]) -> tuple[Pattern, str] | None:
    pattern, text = args
    if not isinstance(pattern, Known) or not isinstance(text, Known):
        return None
    found = _compiled(str(pattern.value), context)
    named = [name for name in found.names if name is not None]
    if named and len(named) < len(found.names):
        refuse(f"{context.name} is given a pattern with both named and unnamed groups", context.span)
    return found, str(text.value)


def _regex(context: Context, args: Sequence[Value]) -> Value:
    told = _arguments(context, args)
    if told is None:
        return context.hidden(args)
    pattern, text = told
    slots = pattern.find(text, 0, context.budget, context.span)
    if slots is None:
        refuse("regex finds no match", context.span)
    return _match(context, pattern, text, slots, args)


def _regexall(context: Context, args: Sequence[Value]) -> Value:
    told = _arguments(context, args)
    if told is None:
        return context.hidden(args)
    pattern, text = told
    found = pattern.find_all(text, context.budget, context.span)
    return context.items([_match(context, pattern, text, slots, args) for slots in found], "list", args)


def _match(context: Context, pattern: Pattern, text: str, slots: Slots, args: Sequence[Value]) -> Value:
    if not pattern.names:
        return context.scalar(text[slots[0] : slots[1]], args)
    groups = [_group(context, text, slots, number + 1, args) for number in range(len(pattern.names))]
    if pattern.names[0] is None:
        return context.items(groups, "tuple", args)
    named = {str(name): group for name, group in zip(pattern.names, groups, strict=True)}
    return ObjectValue(named, context.span, trail=groups[0].trail, sensitive=groups[0].sensitive)


def _group(context: Context, text: str, slots: Slots, number: int, args: Sequence[Value]) -> Value:
    start, end = slots[2 * number : 2 * number + 2]
    return context.result(text[start:end] if start >= 0 else None, args)


def replaced(context: Context, pattern: str, text: str, template: str) -> str:
    """The text with every match replaced; `$1` and `${name}` in the template stand for groups."""
    found = _compiled(pattern, context)
    parts: list[str] = []
    at = size = 0
    for slots in found.find_all(text, context.budget, context.span):
        parts.extend((text[at : slots[0]], _expanded(template, found, text, slots)))
        at = slots[1]
        size += len(parts[-1]) + len(parts[-2])
        context.budget.check(size, context.span)
    return "".join((*parts, text[at:]))


def _expanded(template: str, pattern: Pattern, text: str, slots: Slots) -> str:
    def expand(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name is None:
            return "$"
        if name.isdigit():
            number = int(name) if len(name) < 5 else -1
        else:
            number = pattern.names.index(name) + 1 if name in pattern.names else -1
        if not 0 <= number <= len(pattern.names) or slots[2 * number] < 0:
            return ""
        return text[slots[2 * number] : slots[2 * number + 1]]

    return _REFERENCE.sub(expand, template)


FUNCTIONS: Mapping[str, Function] = {
    "regex": Function(_regex, (Parameter(STRING), Parameter(STRING))),
    "regexall": Function(_regexall, (Parameter(STRING), Parameter(STRING))),
}
