"""What stays known beside something unknown, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from evaluation import HERE, entries, items, known, plain, value

from cogcheck.model import Known, Null, Unknown, Value
from cogcheck.terraform.values import REFUSED

OPEN = entries({"a": known(1)}, is_open=True)
OPEN_LIST = items(known("a"), known("b"), is_open=True)
MAYBE = Unknown("u is not known", HERE, identity="u")
STRING = Unknown("s is not known", HERE, ("x", "y"), not_null=True)
SET = items(known("a"), known("b"), MAYBE, kind="set")


def names() -> dict[str, Value]:
    return {"open": OPEN, "list": OPEN_LIST, "u": MAYBE, "s": STRING, "set": SET, "null": Null(HERE)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # operators
        ("false && var.u", False),
        ("var.u && false", False),
        ("true || var.u", True),
        ("var.u || true", True),
        ("true && var.u", "?"),
        ("var.u == var.u", True),
        ("var.u != var.u", False),
        ("var.u.a == var.u.a", True),
        ("var.u.a == var.u.b", "?"),
        ('var.u["a"] == var.u["a"]', True),
        ('"${var.u}:1" == "${var.u}:1"', True),
        ('"${var.u}:1" == "${var.u}:2"', "?"),
        ("upper(var.u) == upper(var.u)", True),
        ("tostring(var.u) == var.u", "?"),
        ("timestamp() == timestamp()", "?"),
        ("var.u == 1", "?"),
        ("var.u == null", "?"),
        ("var.s == null", False),
        ('var.s == "zz"', False),
        ('var.s == "1x2y3"', "?"),
        ("var.s == 1", False),
        ("[var.u, 1] == [var.u, 2]", False),
        ("[var.u, 1] == [2, 1]", "?"),
        ("[var.u] == []", False),
        ("{ a = 1, b = var.u } == { a = 2, b = 1 }", False),
        ("var.open == { a = 2 }", False),
        ("var.open == { a = 1 }", "?"),
        ("var.open == { b = 1 }", False),
        ("var.list == tolist([])", False),
        ("var.u + 1", "?"),
        ("-var.u", "?"),
        ("!var.u", "?"),
        # conditionals
        ("var.u ? 1 : 1", 1),
        ("var.u ? 1 : 2", "?"),
        ("var.u ? { a = 1, b = 2 } : { a = 1, b = 3 }", {"a": 1, "b": "?"}),
        ("var.u ? [1, 2] : [1, 3]", [1, "?"]),
        ("var.u ? [1] : []", "?"),
        ("var.u ? null : null", None),
        ("true ? 1 : var.u", 1),
        ("false ? var.u : 1", 1),
        ("true ? var.u : 1", "?"),
        ("var.u ? nope() : 1", "?"),
        # access
        ("var.open.a", 1),
        ("var.open.b", "?"),
        ('var.open["a"]', 1),
        ("var.open[var.u]", "?"),
        ("{ a = 1, b = var.u }.a", 1),
        ("[1, var.u][0]", 1),
        ("[1, 2][var.u]", "?"),
        ("var.list[0]", "?"),
        ("{ (var.u) = 1, b = 2 }", {"b": 2, "...": "..."}),
        ("{ b = 2, (var.u) = 1 }", {"b": "?", "...": "..."}),
        # for and splat
        ("[for x in var.u : x]", "?"),
        ("[for x in [1, 2] : x if var.u]", ["..."]),
        ("[for x in [1, 2] : x if x == 1 || var.u]", [1, "..."]),
        ("[for x in var.list : upper(x)]", ["A", "B", "..."]),
        ("[for x in var.set : x]", ["a", "b", "..."]),
        ("{ for x in [1, 2] : (x == 1 ? var.u : 2) => x }", {"2": 2, "...": "..."}),
        ("{ for x in [1, 2] : x => var.u }", {"1": "?", "2": "?"}),
        ("{ for x in [1, 2] : (x == 1 ? var.u : 2) => x... }", {"2": [2, "..."], "...": "..."}),
        ("var.u[*].id", "?"),
        ("[var.u, { id = 1 }][*].id", ["?", 1]),
        ("var.null[*].id", []),
        # functions over partly known values
        ("length([var.u, 1])", 2),
        ("length(var.list)", "?"),
        ("length(var.open)", "?"),
        ("length(var.u)", "?"),
        ("length(var.set)", "?"),
        ("length({ a = var.u })", 1),
        ('lookup(var.open, "a", 2)', 1),
        ('lookup(var.open, "b", 2)', "?"),
        ('lookup({ a = var.u }, "b", 2)', 2),
        ("lookup({ a = 1 }, var.u, 2)", "?"),
        ('lookup(var.u, "a", 2)', "?"),
        ("merge({ a = 1 }, var.u)", {"a": "?", "...": "..."}),
        ("merge(var.u, { a = 1 })", {"a": 1, "...": "..."}),
        ("merge(var.open, { b = 2 })", {"a": 1, "b": 2, "...": "..."}),
        ("merge({ a = 2, b = 2 }, var.open)", {"a": 1, "b": "?", "...": "..."}),
        ("merge({ a = 1 }, { b = var.u })", {"a": 1, "b": "?"}),
        ('coalesce("a", var.u)', "a"),
        ('coalesce(var.u, "a")', "?"),
        ('coalesce("", var.s)', "?"),
        ("coalescelist([1], var.u)", [1]),
        ("coalescelist(var.u, [1])", "?"),
        ("coalescelist([], [var.u])", ["?"]),
        ("concat([1], [var.u])", [1, "?"]),
        ("concat([1], var.u)", [1, "..."]),
        ("concat(var.u)", "?"),
        ("concat(var.list, [1])", ["a", "b", 1, "..."]),
        ('contains(["a", var.u], "a")', True),
        ('contains(["a", var.u], "b")', "?"),
        ('contains(var.list, "a")', True),
        ('contains(var.list, "z")', "?"),
        ('contains(["a"], var.u)', "?"),
        ('compact(["a", var.u, ""])', ["a", "..."]),
        ("flatten([[1], var.u, 2])", [1, 2, "..."]),
        ("flatten([[1], [var.s]])", [1, "?"]),
        ("keys({ b = var.u, a = 1 })", ["a", "b"]),
        ("keys(var.open)", ["a", "..."]),
        ("values({ b = var.u, a = 1 })", [1, "?"]),
        ("element([var.u, 1], 1)", 1),
        ("element(var.list, 0)", "?"),
        ("index([1, var.u], 1)", 0),
        ("index([var.u, 1], 1)", "?"),
        ("distinct([var.u, 1])", "?"),
        ("distinct([1, 1])", [1]),
        ("reverse([1, var.u])", ["?", 1]),
        ("slice([1, var.u, 3], 1, 3)", ["?", 3]),
        ("slice([1, 2], 0, var.u)", "?"),
        ('sort(["b", var.u, "a"])', ["a", "b", "..."]),
        ("one([var.u])", "?"),
        ("one([])", None),
        ('zipmap(["a", "b"], [1, var.u])', {"a": 1, "b": "?"}),
        ('zipmap(["a", var.u], [1, 2])', "?"),
        ("alltrue([false, var.u])", False),
        ("alltrue([true, var.u])", "?"),
        ("anytrue([var.u, true])", True),
        ("anytrue([var.u, false])", "?"),
        ("sum([1, var.u])", "?"),
        ("tolist([1, var.u])", [1, "?"]),
        ("tolist(var.set)", ["a", "b", "..."]),
        ('toset(["b", var.u, "a"])', ["a", "b", "?"]),
        ("setunion([1], [var.u])", [1, "?"]),
        ("setsubtract([1], [var.u])", "?"),
        ("setintersection([1], [var.u])", "?"),
        ("setproduct([1], [var.u])", [[1, "?"]]),
        ("chunklist([1, var.u, 3], 2)", [[1, "?"], [3]]),
        ('matchkeys(["a", "b", "c"], ["x", var.u, "y"], ["x"])', ["a", "..."]),
        ("transpose({ a = [var.u] })", "?"),
        ('formatlist("%s-1", ["a", var.u])', ["a-1", "?"]),
        ('formatlist("%s", var.u)', "?"),
        ("max(1, var.u)", "?"),
        ("upper(var.u)", "?"),
        ('split(",", var.u)', "?"),
        ("jsonencode(var.u)", "?"),
        ("yamlencode({ a = var.u })", "?"),
        ("jsondecode(var.u)", "?"),
        ("toset(var.u)", "?"),
        ("max(var.u...)", "?"),
        ("timestamp()", "?"),
        ("uuid()", "?"),
        ("provider::x::y(1)", "?"),
        # try and can
        ("try(1, var.u)", 1),
        ("try(var.u, 1)", "?"),
        ("try(var.open.a, 2)", 1),
        ("try(var.open.b, 2)", "?"),
        ("try([1, var.u], 2)", "?"),
        ("try({}.x, var.u, 1)", "?"),
        ("try({}.x, 1)", 1),
        ("can(var.u)", "?"),
        ("can({}.x)", False),
        ("can(var.open.a)", True),
        # a failure is certain whatever the unknown is
        ("try(upper([var.u]), 1)", 1),
        ("try(concat([var.u], { a = 1 }), 1)", 1),
        ("try(length(var.u, var.u), 1)", 1),
        ('try("${var.s}".a, 1)', 1),
    ],
)
def test_known_part(text: str, expected: Any) -> None:
    assert plain(value(text, names())) == expected


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        ('"${var.u}"', ()),
        ('"a${var.u}b"', ("a", "b")),
        ('"a${"b"}${1}${var.u}"', ("ab1",)),
        ('"a${var.s}b"', ("a", "x", "y", "b")),
        ('"a%{ if var.u }b%{ endif }c"', ("a", "c")),
        ('"a%{ if true }b${var.u}%{ endif }c"', ("ab", "c")),
        ('"a%{ for x in var.u }b%{ endfor }c"', ("a", "c")),
        ('"%{ for x in [1, var.u] }${x},%{ endfor }"', ("1,", ",")),
        ('join("-", ["a", "b", var.u, "c"])', ("a-b-", "-c")),
        ('join("-", var.list)', ("a-", "b")),
        ('format("%s: {####} %d", var.u, 3)', (": {####} 3",)),
        ('format("%5s|", var.s)', ("|",)),
        ("jsonencode({ a = 1, b = var.u })", ('{"a":1,"b":', "}")),
        ("jsonencode(var.list)", ("[", '"a"', '"b"', "]")),
    ],
)
def test_literal_pieces(text: str, literals: tuple[str, ...]) -> None:
    found = value(text, names())
    assert isinstance(found, Unknown)
    assert found.literals == literals


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("aws_iam_role.sms.arn", "aws_iam_role.sms.arn"),
        ('aws_iam_role.sms["eu"].arn', 'aws_iam_role.sms["eu"].arn'),
        ("aws_iam_role.sms[0].arn", "aws_iam_role.sms[0].arn"),
        ("aws_iam_role.sms.0.arn", "aws_iam_role.sms[0].arn"),
        ("aws_iam_role.sms[*].arn", "aws_iam_role.sms[*].arn"),
        ("aws_iam_role.sms[var.u]", None),
        ("var.open.b", "module.m.x.b"),
        ('var.open["b c"]', 'module.m.x["b c"]'),
        ("lower(aws_x.y.arn)", "lower(aws_x.y.arn)"),
        ("try(aws_x.y.arn, 1)", None),
        ('file("nowhere")', None),
    ],
)
def test_identity(text: str, identity: str | None) -> None:
    found = value(text, names())
    assert isinstance(found, Unknown)
    assert found.identity == identity


@pytest.mark.parametrize(
    ("text", "not_null"),
    [
        ("var.u", False),
        ('"${var.u}-"', True),
        ("upper(var.u)", True),
        ("var.u == 1", True),
        ("lookup(var.open, var.u)", False),
        ("one(var.list)", False),
        ("coalesce(var.u, 1)", True),
        ("tostring(var.u)", False),
        ('var.u ? "a" : "b"', True),
        ('var.u ? "a" : null', False),
    ],
)
def test_not_null(text: str, not_null: bool) -> None:
    found = value(text, names())
    assert isinstance(found, Unknown) or text == "one(var.list)"
    assert getattr(found, "not_null", False) is not_null


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("var.u + 1", "u is not known"),
        ("upper(var.u)", "u is not known"),
        ("var.open.b", "the object may have further keys"),
        ("{ a = 1 }.b", 'the object has no key "b"'),
        ("[1][3]", "the list has no item 3: it has 1"),
        ("nope(1)", "there is no function nope"),
        ("upper(null)", "an argument of upper is null"),
        ('tonumber("x")', "a number is required, and 'x' is none"),
        ("1 / 0", "the result is infinite or too large to work with"),
        ("uuid()", "uuid() is random"),
        ('regex("\\\\pL", "a")', "the pattern speaks of Unicode's classes, which are not translated"),
        ("try({}.x)", 'no argument of try succeeds: the object has no key "x"'),
    ],
)
def test_reason(text: str, reason: str) -> None:
    found = value(text, names())
    assert isinstance(found, Unknown)
    assert found.reason == reason.replace("the list has", "the tuple has")


def test_sensitive_value_is_not_in_a_reason() -> None:
    found = value("tonumber(var.x)", {"x": known("hunter2", sensitive=True)})
    assert isinstance(found, Unknown)
    assert found.reason == REFUSED


def test_known_is_known() -> None:
    assert isinstance(value("1"), Known)
