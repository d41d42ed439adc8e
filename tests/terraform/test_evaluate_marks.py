"""Where a value came from, where it stands, and whether it is sensitive."""

from __future__ import annotations

import pytest
from evaluation import HERE, entries, items, known, steps, value

from cogcheck.model import Known, ListValue, Null, Unknown, Value

A = known("a", "default of var.a")
B = known("b", "default of var.b")
SECRET = known("s", sensitive=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var.a", ["default of var.a"]),
        ('"${var.a}"', ["default of var.a"]),
        ('"${var.a}-${var.b}-${var.a}"', ["default of var.a", "default of var.b"]),
        ("upper(var.a)", ["default of var.a"]),
        ('join("-", [var.a, var.b])', ["default of var.a", "default of var.b"]),
        ("var.a == var.b", ["default of var.a", "default of var.b"]),
        ("[var.a, var.b][1]", ["default of var.b"]),
        ("{ x = var.a, y = var.b }.x", ["default of var.a"]),
        ('lookup({ x = var.a }, "x", var.b)', ["default of var.a"]),
        ('lookup({ x = var.a }, "z", var.b)', ["default of var.b"]),
        ('merge({ x = var.a }, { y = var.b })["y"]', ["default of var.b"]),
        ("coalesce(null, var.b)", ["default of var.b"]),
        ("try(var.a, 1)", ["default of var.a"]),
        ('var.a == "a" ? var.b : 1', ["default of var.b", "default of var.a"]),
        ("[for x in [var.a, var.b] : upper(x)][1]", ["default of var.b"]),
        ("([{ n = var.a }][*].n)[0]", ["default of var.a"]),
        ("tolist([var.a])[0]", ["default of var.a"]),
        ('tonumber("1")', []),
        ("jsonencode({ x = var.a })", ["default of var.a"]),
        ('split(",", var.a)[0]', ["default of var.a"]),
        ("sort([var.b, var.a])[0]", ["default of var.a"]),
        ("length(var.a)", ["default of var.a"]),
        ("local.nothing + var.a", ["default of var.a"]),
        ('"${local.nothing}${var.a}"', ["default of var.a"]),
    ],
)
def test_trail(text: str, expected: list[str]) -> None:
    a = A if "nothing +" not in text else known(1, "default of var.a")
    assert steps(value(text, {"a": a, "b": B})) == expected


def test_a_trail_has_eight_steps_at_most() -> None:
    many: dict[str, Value] = {f"v{at}": known(str(at), f"step {at}") for at in range(12)}
    text = '"' + "".join(f"${{var.{name}}}" for name in many) + '"'
    assert steps(value(text, many)) == [f"step {at}" for at in range(8)]


def test_a_value_passed_along_keeps_its_place() -> None:
    for text in ("var.a", "try(var.a, 1)", "true ? var.a : 1", "[var.a][0]", "coalesce(var.a)"):
        assert value(text, {"a": A}).span is HERE


def test_a_computed_value_stands_at_its_expression() -> None:
    assert value("upper(var.a)", {"a": A}).span.text == "upper(var.a)"
    assert value('"${var.a}-"', {"a": A}).span.text == '"${var.a}-"'
    assert value("aws_x.y.arn").span.text == "aws_x.y.arn"


def test_a_key_knows_its_place() -> None:
    found = value('keys({ first = 1, "second" = 2 })')
    assert isinstance(found, ListValue)
    assert [item.span.text for item in found.items] == ["first", '"second"']


@pytest.mark.parametrize(
    "text",
    [
        "var.s",
        "upper(var.s)",
        '"${var.s}"',
        '"${var.s}${aws_x.y.z}"',
        'var.s == "s"',
        'var.s == "s" ? 1 : 2',
        "true ? 1 : length(var.s)",
        '[for x in ["a"] : x if var.s == "s"]',
        'join("-", ["a", var.s])',
        "jsonencode({ a = [var.s] })",
        "sensitive(1)",
        "sensitive([1])[0]",
        "sensitive({ a = 1 }).a",
        "lookup({ s = 1 }, var.s, 2)",
        "{ (var.s) = 1 }",
        'true || var.s == "s"',
        'contains(sensitive(["a"]), "a")',
        "keys(sensitive({ a = 1 }))",
        "-length(var.s)",
    ],
)
def test_sensitive(text: str) -> None:
    assert value(text, {"s": SECRET}).sensitive


@pytest.mark.parametrize(
    "text",
    ["nonsensitive(var.s)", "[var.s]", "[var.s, 1][1]", "{ a = var.s }", "issensitive(var.s)", "length([var.s])"],
)
def test_not_sensitive(text: str) -> None:
    assert not value(text, {"s": SECRET}).sensitive


def test_marks_of_a_null() -> None:
    found = value("one([])")
    assert found == Null(found.span)


def test_whole_and_parts() -> None:
    found = value("concat(var.l, [var.a])", {"l": items(B), "a": A})
    assert isinstance(found, ListValue)
    assert [steps(item) for item in found.items] == [["default of var.b"], ["default of var.a"]]


def test_open_object_gives_its_marks_on() -> None:
    found = value("var.o.x", {"o": entries({}, is_open=True)})
    assert isinstance(found, Unknown)
    assert found.identity == "module.m.x.x"


def test_sensitive_keeps_the_value() -> None:
    found = value("nonsensitive(sensitive(var.a))", {"a": A})
    assert isinstance(found, Known)
    assert (found.value, found.sensitive) == ("a", False)
