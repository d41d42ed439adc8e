"""Knowing less never leads to another answer: a leaf made unknown leaves the result as it was, or unknown."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from evaluation import HERE, Names, expression
from hypothesis import given, settings
from hypothesis import strategies as st

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown, Value
from cogcheck.syntax import body as syntax
from cogcheck.syntax.body import Expression
from cogcheck.terraform.budget import Budget
from cogcheck.terraform.evaluate import evaluate
from cogcheck.terraform.values import contains_in_order

TABLE = [
    line
    for line in Path(__file__).parents[1].joinpath("oracle", "expressions.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#") and line != 'jsonencode(true ? [1] : ["a"])'
]
"""But for the one expression in which the type of something unknown decides how a number beside it is written: a
number that may as well be a string counts as known."""
JOINED = (
    "{{ a = {}, b = [{}] }}",
    "[for x in [{}, {}] : x]",
    "merge({{ a = {} }}, {{ b = {} }})",
    "try({}.nothing, {})",
    "length([{}]) > 0 ? [{}] : []",
    "{{ for k, v in {{ a = {}, b = {} }} : k => v }}",
    "[[{}], [{}]][1][0]",
    "flatten([{}, [{}]])",
    "coalesce(null, [{}, {}])",
    'lookup({{ a = {} }}, "b", {})',
)


def rebuilt(tree: Any, change: Callable[[syntax.Literal], Expression]) -> Any:
    """A copy of a tree in which the literals are changed, keys of objects excepted."""
    if isinstance(tree, syntax.Literal):
        return change(tree)
    if isinstance(tree, tuple):
        return tuple(rebuilt(item, change) for item in tree)
    if isinstance(tree, syntax.ObjectExpr):
        items = tuple((key, rebuilt(item, change)) for key, item in tree.items)
        return syntax.ObjectExpr(items, tree.span)
    if not dataclasses.is_dataclass(tree) or isinstance(tree, type):
        return tree
    fields = {field.name: getattr(tree, field.name) for field in dataclasses.fields(tree) if field.name != "span"}
    return dataclasses.replace(tree, **{name: rebuilt(part, change) for name, part in fields.items()})


def leaves(tree: Expression) -> int:
    found: list[syntax.Literal] = []

    def note(leaf: syntax.Literal) -> Expression:
        found.append(leaf)
        return leaf

    rebuilt(tree, note)
    return len(found)


def without(tree: Expression, chosen: set[int]) -> Expression:
    """The tree with some of its literals replaced by unknowns, each of its own."""
    numbers: Iterator[int] = iter(range(10_000))

    def hide(leaf: syntax.Literal) -> Expression:
        at = next(numbers)
        return syntax.GetAttr(syntax.Name("hidden", HERE), f"leaf{at}", HERE) if at in chosen else leaf

    hidden: Expression = rebuilt(tree, hide)
    return hidden


def text(scalar: str | bool | int | Decimal) -> str:
    """A scalar as Terraform would write it: a type that is not known may make a string of a number beside it."""
    return str(scalar).lower() if isinstance(scalar, bool) else str(scalar)


def agrees(less: Value, more: Value) -> bool:
    """Whether what is known with less is the same as, or a part of, what is known with more."""
    if isinstance(less, Unknown):
        if isinstance(more, Null):
            return not less.not_null and not less.literals
        if less.literals and isinstance(more, Known):
            return isinstance(more.value, str) and contains_in_order(more.value, less.literals)
        return not less.literals or isinstance(more, Unknown)
    if isinstance(more, Unknown):
        return False
    if isinstance(less, Known) and isinstance(more, Known):
        return text(less.value) == text(more.value)
    if isinstance(less, ListValue) and isinstance(more, ListValue):
        return agrees_list(less, more)
    if isinstance(less, ObjectValue) and isinstance(more, ObjectValue):
        shared = less.entries.keys() & more.entries.keys()
        same = shared == less.entries.keys() and (less.open or shared == more.entries.keys())
        return same and all(agrees(less.entries[key], more.entries[key]) for key in shared)
    return isinstance(less, Null) and isinstance(more, Null)


def agrees_list(less: ListValue, more: ListValue) -> bool:
    if less.open or less.kind == "set":
        # An unknown item of a set may turn out to be one of the others.
        rest = [item for item in less.items if not isinstance(item, Unknown)]
        return all(any(agrees(item, other) for other in more.items) for item in rest)
    return len(less.items) == len(more.items) and all(map(agrees, less.items, more.items))


def check(tree: Expression, chosen: set[int]) -> None:
    more = evaluate(tree, Names(), Budget())
    if isinstance(more, Unknown):
        return
    less = evaluate(without(tree, chosen), Names(), Budget())
    assert "could not be evaluated" not in getattr(less, "reason", "")
    assert agrees(less, more), (less, more)


@pytest.mark.parametrize("line", TABLE)
def test_one_leaf(line: str) -> None:
    tree = expression(line)
    for at in range(leaves(tree)):
        check(tree, {at})


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(JOINED),
    st.sampled_from(TABLE),
    st.sampled_from(TABLE),
    st.sets(st.integers(0, 12), max_size=4),
)
def test_some_leaves_of_two_expressions(frame: str, one: str, other: str, chosen: set[int]) -> None:
    check(expression(frame.format(one, other)), chosen)


def test_the_comparison_finds_differences() -> None:
    one, other, hidden = Known(1, HERE), Known(2, HERE), Unknown("", HERE, ("1",))
    assert not agrees(one, other)
    assert not agrees(one, hidden)
    assert not agrees(hidden, Known("2", HERE))
    assert not agrees(ListValue((one,), HERE), ListValue((other,), HERE))
    assert not agrees(ObjectValue({"a": one}, HERE), ObjectValue({"b": one}, HERE))
    assert agrees(hidden, Known("012", HERE))
