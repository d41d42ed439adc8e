"""Type constraints, and what values become under them."""

from __future__ import annotations

from typing import Any

import pytest
from evaluation import HERE, entries, expression, known, plain, value

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.syntax import body as syntax
from cogcheck.terraform.types import ANY, BOOL, NUMBER, STRING, Type, collection, convert, parse_type


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("any", ANY),
        ("string", STRING),
        ("number", NUMBER),
        ("bool", BOOL),
        ("list(string)", collection("list", STRING)),
        ("set(list(any))", collection("set", collection("list"))),
        ("map(number)", collection("map", NUMBER)),
        ("list", collection("list")),
        ("map", collection("map")),
        ("tuple([string, bool])", Type("tuple", items=(STRING, BOOL))),
        ("object({})", Type("object")),
        ("object({ a = string })", Type("object", attributes={"a": STRING})),
        ("object({ a = optional(string) })", Type("object", attributes={"a": STRING}, optional=frozenset("a"))),
        ('"string"', STRING),
        ('"list"', collection("list")),
        ('"list(string)"', collection("list", STRING)),
        ("(string)", STRING),
    ],
)
def test_constraint(text: str, expected: Type) -> None:
    assert parse_type(expression(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "text",
        "list(text)",
        "list(string, string)",
        "list()",
        "object(string)",
        "tuple(string)",
        "1",
        '"text"',
        "[string]",
        "object({ a = optional() })",
        "object({ (a) = string })",
        "var.x",
        '"${var.x}"',
        "optional(string)",
        "list(string...)",
    ],
)
def test_no_constraint(text: str) -> None:
    assert parse_type(expression(text)) is None


def test_a_constraint_nested_without_end() -> None:
    tree: syntax.Expression = syntax.Name("string", HERE)
    for _ in range(100_000):
        tree = syntax.Call("list", (tree,), False, HERE)
    assert parse_type(tree) is None


POLICY = """object({
  name    = string
  length  = optional(number, 8)
  tags    = optional(map(string))
  nested  = optional(object({ on = optional(bool, true), x = optional(string) }), {})
  entries = optional(list(object({ k = string, v = optional(number, 1) })), [])
})"""


@pytest.mark.parametrize(
    ("constraint", "text", "expected"),
    [
        ("string", "1", "1"),
        ("string", "true", "true"),
        ("number", '"12"', 12),
        ("bool", '"false"', False),
        ("bool", '"1"', True),
        ("any", "[1]", [1]),
        ("list(string)", "[1, true]", ["1", "true"]),
        ("list(any)", '[1, "a"]', ["1", "a"]),
        ("list(list(any))", '[[1], ["a"]]', [["1"], ["a"]]),
        ("set(string)", '["b", "a", "b"]', ["a", "b"]),
        ("set(number)", '["10", "9"]', [9, 10]),
        ("list(string)", 'toset(["b", "a"])', ["a", "b"]),
        ("map(string)", "{ b = 1, a = 2 }", {"b": "1", "a": "2"}),
        ("map(any)", '{ a = 1, b = "x" }', {"a": "1", "b": "x"}),
        ("tuple([string, number])", '[1, "2"]', ["1", 2]),
        ("object({ a = string })", "{ a = 1, b = 2 }", {"a": "1"}),
        ("object({ a = string })", "tomap({ a = 1, b = 2 })", {"a": "1"}),
        ("object({ a = optional(string) })", "{}", {"a": None}),
        ('object({ a = optional(string, "x") })', "{ a = null }", {"a": "x"}),
        ("string", "null", None),
        ("list(string)", "null", None),
        ("list(string)", "[null]", [None]),
        (
            POLICY,
            '{ name = "n" }',
            {"name": "n", "length": 8, "tags": None, "nested": {"on": True, "x": None}, "entries": []},
        ),
        (
            POLICY,
            '{ name = 1, length = "9", tags = { a = 1 }, nested = { x = "y" }, entries = [{ k = 1 }], more = 1 }',
            {
                "name": "1",
                "length": 9,
                "tags": {"a": "1"},
                "nested": {"on": True, "x": "y"},
                "entries": [{"k": "1", "v": 1}],
            },
        ),
        # what is unknown
        ("string", "local.u", "?"),
        ("list(string)", "[1, local.u]", ["1", "?"]),
        ("list(string)", "local.u", "?"),
        ('object({ a = optional(string, "x") })', "{ a = local.u }", {"a": "?"}),
        ("set(string)", '[local.u, "b", "a"]', ["a", "b", "?"]),
        # what Terraform refuses
        ("string", "[]", "?"),
        ("number", '"x"', "?"),
        ("number", "true", "?"),
        ("bool", "1", "?"),
        ("list(string)", '"a"', "?"),
        ("list(string)", "{}", "?"),
        ("list(number)", '["x"]', "?"),
        ("list(any)", "[1, [2]]", "?"),
        ("map(string)", "[]", "?"),
        ("tuple([string])", "[]", "?"),
        ("object({ a = string })", "{}", "?"),
        ("object({ a = string })", "[]", "?"),
    ],
)
def test_conversion(constraint: str, text: str, expected: Any) -> None:
    type_ = parse_type(expression(constraint))
    assert type_ is not None
    assert plain(convert(value(text), type_)) == expected


def test_the_reason_why_a_value_is_refused() -> None:
    found = convert(value("{}"), Type("object", attributes={"a": STRING}))
    assert isinstance(found, Unknown)
    assert found.reason == 'attribute "a" is required'


def test_what_fits_is_returned_itself() -> None:
    for text, constraint in (('tolist(["a"])', "list(string)"), ('tomap({ a = "b" })', "map(string)"), ("1", "number")):
        found = value(text)
        type_ = parse_type(expression(constraint))
        assert type_ is not None
        assert convert(found, type_) is found


def test_kinds() -> None:
    type_ = Type("object", attributes={"l": collection("list", STRING), "m": collection("map", STRING)})
    found = convert(value("{ l = [1], m = { a = 1 } }"), type_)
    assert isinstance(found, ObjectValue)
    inner = found.entries["l"], found.entries["m"]
    assert isinstance(inner[0], ListValue)
    assert isinstance(inner[1], ObjectValue)
    assert (found.kind, inner[0].kind, inner[1].kind) == ("object", "list", "map")


def test_an_open_object_may_have_what_is_missing() -> None:
    found = convert(entries({"a": known(1)}, is_open=True), Type("object", attributes={"a": STRING, "b": STRING}))
    assert isinstance(found, ObjectValue)
    assert plain(found) == {"a": "1", "b": "?"}
    missing = found.entries["b"]
    assert isinstance(missing, Unknown)
    assert missing.identity == "module.m.x.b"


def test_an_unknown_with_a_default_is_not_null() -> None:
    type_ = parse_type(expression('object({ a = optional(string, "x"), b = optional(string) })'))
    assert type_ is not None
    found = convert(value("{ a = local.u, b = local.u }"), type_)
    assert isinstance(found, ObjectValue)
    assert [item.not_null for item in found.entries.values() if isinstance(item, Unknown)] == [True, False]


def test_conversion_keeps_marks_and_places() -> None:
    found = convert(known(1, "default of var.x", sensitive=True), STRING)
    assert found == Known("1", HERE, found.trail, True)
    assert [step.message for step in found.trail] == ["default of var.x"]
    assert convert(Null(HERE), STRING) == Null(HERE)


def test_a_type_says_what_it_is() -> None:
    shown = [str(type_) for type_ in (ANY, STRING, collection("list"), collection("set", NUMBER), Type("object"))]
    assert shown == ["value", "string", "list", "set of number", "object"]
