"""What follows a term: `.name`, `.0`, `[key]`, `.*`, `[*]`. Both readers deliver steps; HCL groups them here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cogcheck.model import Span
from cogcheck.syntax.body import Expression, GetAttr, Index, Name, Splat


@dataclass(frozen=True, slots=True)
class Attr:
    """`.name` or `.0`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Key:
    """`[key]`."""

    key: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Star:
    """`[*]` (full) or `.*`."""

    full: bool
    span: Span


Step = Attr | Key | Star


def chain(source: Expression, steps: Sequence[Step]) -> Expression:
    """The expression of a term and its steps.

    A full splat takes all steps that follow into its `each`; `.*` only the attributes next to it.
    """
    outer: list[Expression] = []
    current = source
    position = 0
    while position < len(steps):
        step = steps[position]
        position += 1
        if not isinstance(step, Star):
            current = _apply(current, step)
            continue
        each: Expression = Name("*", step.span)
        if step.full:
            outer.append(current)
            current = each
            continue
        while position < len(steps) and isinstance(after := steps[position], Attr):
            each = _apply(each, after)
            position += 1
        current = Splat(current, each, full=False, span=_joined(current.span, each.span))
    while outer:
        source = outer.pop()
        current = Splat(source, current, full=True, span=_joined(source.span, current.span))
    return current


def _apply(source: Expression, step: Attr | Key) -> Expression:
    span = _joined(source.span, step.span)
    if isinstance(step, Attr):
        return GetAttr(source, step.name, span)
    return Index(source, step.key, span)


def _joined(first: Span, last: Span) -> Span:
    return Span(first.document, first.start, max(first.end, last.end))
