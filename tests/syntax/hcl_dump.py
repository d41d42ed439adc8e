"""Writes bodies down as plain data, spans included, so that two readings can be compared."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from cogcheck.model import Span
from cogcheck.syntax.body import Attribute, Body, Expression, SyntaxBlock


def dump(body: Body) -> dict[str, Any]:
    """All of a body."""
    return {
        "span": place(body.span),
        "attributes": [dump_attribute(attribute) for attribute in body.attributes.values()],
        "blocks": [dump_block(block) for block in body.blocks],
    }


def dump_attribute(attribute: Attribute) -> dict[str, Any]:
    """All of an attribute."""
    return {
        "name": attribute.name,
        "spans": (place(attribute.name_span), place(attribute.value_span), place(attribute.span)),
        "expression": dump_expression(attribute.expression),
    }


def dump_block(block: SyntaxBlock) -> dict[str, Any]:
    """All of a block."""
    return {
        "type": block.type,
        "labels": block.labels,
        "spans": (place(block.header), place(block.span), *map(place, block.label_spans)),
        "body": dump(block.body),
    }


def dump_expression(expression: Expression | object, *, spans: bool = True) -> Any:
    """An expression as nested tuples that begin with the node's name."""
    if isinstance(expression, Span):
        return place(expression)
    if isinstance(expression, tuple):
        return tuple(dump_expression(item, spans=spans) for item in expression)
    if is_dataclass(expression):
        values = (
            dump_expression(getattr(expression, field.name), spans=spans)
            for field in fields(expression)
            if spans or field.name != "span"
        )
        return (type(expression).__name__, *values)
    return expression


def place(span: Span) -> tuple[int, int]:
    """A span without its document."""
    return span.start, span.end
