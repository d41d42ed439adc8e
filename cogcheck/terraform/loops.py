"""`for` expressions and splats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform.conversion import as_text, converted
from cogcheck.terraform.types import BOOL
from cogcheck.terraform.values import (
    ListKind,
    any_sensitive,
    in_order,
    inside,
    join_trails,
    kind_name,
    placed,
    refuse,
    unknown,
)

if TYPE_CHECKING:
    from cogcheck.model import Span, Value
    from cogcheck.syntax import body as syntax
    from cogcheck.terraform.budget import Budget
    from cogcheck.terraform.evaluate import Env


def walk(collection: ListValue | ObjectValue) -> Iterator[tuple[Value, Value]]:
    """Keys and values in Terraform's order: objects and maps go by their keys, a set's keys are its values."""
    if isinstance(collection, ObjectValue):
        for name in sorted(collection.entries):
            key = Known(name, collection.keys.get(name, collection.span), sensitive=collection.sensitive)
            yield key, inside(collection.entries[name], collection)
        return
    for at, item in enumerate(collection.items):
        value = inside(item, collection)
        yield (value if collection.kind == "set" else Known(at, collection.span)), value


class _Items:
    """What a `for` expression has made so far."""

    __slots__ = ("open", "sources")

    def __init__(self, collection: ListValue | ObjectValue, budget: Budget) -> None:
        self.open = not in_order(collection, budget)
        self.sources: list[Value] = [collection]

    def undecided(self, value: Value) -> None:
        """Something that decides about the result's items is not known."""
        self.open = True
        self.sources.append(value)


def each(expression: syntax.ForExpr, env: Env) -> Value:
    """`[for k, v in c : value if condition]` and `{for k, v in c : key => value...}`."""
    collection = env.run(expression.collection)
    if isinstance(collection, Null):
        refuse("a for expression goes over null", expression.collection.span)
    if isinstance(collection, Unknown):
        if collection.literals:
            refuse("a for expression goes over a string", expression.collection.span)
        return unknown(collection.reason, expression.span, (collection,), not_null=True)
    if isinstance(collection, Known):
        refuse(f"a for expression goes over a {kind_name(collection)}", expression.collection.span)
    items = _Items(collection, env.budget)
    if expression.result_key is None:
        return _tuple(expression, env, collection, items)
    return _object(expression, expression.result_key, env, collection, items)


def _selected(
    expression: syntax.ForExpr, env: Env, collection: ListValue | ObjectValue, items: _Items
) -> Iterator[Env]:
    """The scopes of the items that the condition lets through."""
    if isinstance(collection, ListValue) and items.open:
        collection = replace(collection, items=placed(collection, env.budget))
    for key, value in walk(collection):
        env.budget.step(expression.span)
        names = {expression.value: value} if expression.key is None else {expression.key: key, expression.value: value}
        inner = env.within(names)
        if expression.condition is not None:
            condition = converted(inner.run(expression.condition), BOOL, env.budget)
            if isinstance(condition, Null):
                refuse("the condition of a for expression is null", expression.condition.span)
            if not isinstance(condition, Known):
                items.undecided(condition)
                continue
            if condition.sensitive:
                items.sources.append(condition)
            if not condition.value:
                continue
        yield inner


def _tuple(expression: syntax.ForExpr, env: Env, collection: ListValue | ObjectValue, items: _Items) -> Value:
    results = tuple(inner.run(expression.result) for inner in _selected(expression, env, collection, items))
    env.budget.check(len(results), expression.span)
    trail, sensitive = join_trails(items.sources), any_sensitive(items.sources)
    return ListValue(results, expression.span, "tuple", items.open, trail, sensitive)


def _object(
    expression: syntax.ForExpr,
    key_expression: syntax.Expression,
    env: Env,
    collection: ListValue | ObjectValue,
    items: _Items,
) -> Value:
    groups: dict[str, list[Value]] = {}
    spans: dict[str, Span] = {}
    for inner in _selected(expression, env, collection, items):
        key = as_text(inner.run(key_expression))
        value = inner.run(expression.result)
        if isinstance(key, Null):
            refuse("the key of a for expression is null", key_expression.span)
        if not isinstance(key, Known):
            items.undecided(key)
            continue
        if key.sensitive:
            items.sources.append(key)
        name = str(key.value)
        if name in groups and not expression.grouping:
            refuse(f'two items of a for expression have the key "{name}"', key_expression.span)
        groups.setdefault(name, []).append(value)
        spans.setdefault(name, key.span)
    entries: dict[str, Value]
    if expression.grouping:
        # An item whose key is not known may belong to any of the groups.
        entries = {name: ListValue(tuple(g), expression.span, open=items.open) for name, g in groups.items()}
    else:
        entries = {name: values[0] for name, values in groups.items()}
    trail, sensitive = join_trails(items.sources), any_sensitive(items.sources)
    return ObjectValue(entries, expression.span, "object", items.open, None, spans, trail, sensitive)


def splat(expression: syntax.Splat, env: Env) -> Value:
    """`source[*].a`: of each item of a list, or of the one value that is no list; of null nothing."""
    source = env.run(expression.source)
    if isinstance(source, Null):
        return ListValue((), expression.span, trail=source.trail, sensitive=source.sensitive)
    if isinstance(source, Unknown):
        item = unknown(source.reason, source.span, (source,), identity=_all_of(source))
        result = env.within({"*": item}).run(expression.each)
        identity = result.identity if isinstance(result, Unknown) else None
        return unknown(source.reason, expression.span, (source,), identity=identity, not_null=True)
    if not isinstance(source, ListValue):
        source = ListValue((source,), source.span, trail=source.trail, sensitive=source.sensitive)
    env.budget.step(expression.span, len(source.items))
    items = tuple(env.within({"*": inside(item, source)}).run(expression.each) for item in placed(source, env.budget))
    kind: ListKind = "tuple" if source.kind == "tuple" else "list"
    is_open = not in_order(source, env.budget)
    return ListValue(items, expression.span, kind, is_open, source.trail, source.sensitive)


def _all_of(source: Unknown) -> str | None:
    return None if source.identity is None else f"{source.identity}[*]"
