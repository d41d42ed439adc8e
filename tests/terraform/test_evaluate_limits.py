"""Evaluation ends, whatever it is given."""

from __future__ import annotations

import time

import pytest
from evaluation import HERE, Names, expression, items, known, plain, value

from cogcheck.model import Known, ListValue, Unknown, Value
from cogcheck.syntax import body as syntax
from cogcheck.syntax.body import Expression
from cogcheck.terraform.budget import Budget
from cogcheck.terraform.evaluate import evaluate
from cogcheck.terraform.types import LIST, Type, convert

MANY = "[for x in range(1000) : x]"


def stopped(text: str, budget: Budget, **values: Value) -> str:
    found = value(text, values, budget=budget)
    assert isinstance(found, Unknown)
    (problem,) = budget.exceeded
    assert problem.slug == "evaluation-limit"
    assert problem.message == found.reason
    return found.reason


@pytest.mark.parametrize(
    "text",
    [
        f"[for a in {MANY} : [for b in {MANY} : a + b]]",
        f"flatten([for a in {MANY} : {MANY}])",
        f"setproduct({MANY}, {MANY}, {MANY})",
        f'join("", [for a in {MANY} : jsonencode({MANY})])',
    ],
)
def test_steps(text: str) -> None:
    assert stopped(text, Budget(steps=20_000, size=10_000_000_000)) == "evaluation stopped at the limit of 20,000 steps"


@pytest.mark.parametrize(
    "text",
    [
        'replace("aaaaaaaaaa", "a", var.long)',
        'format("%s%s", var.long, var.long)',
        'format("%999999999d", 1)',
        'format("%.999999999f", 1)',
        'format("%.999999999d", 1)',
        'indent(999999999, "a\\nb")',
        'join(var.long, ["", "", ""])',
        '"${var.long}${var.long}"',
        "jsonencode([var.long, var.long])",
        'replace(var.long, "/a/", "bb")',
        f"setproduct({MANY}, {MANY})",
        "upper(templatestring(var.t, { l = var.long }))",
    ],
)
def test_size(text: str) -> None:
    names: dict[str, Value] = {"long": known("a" * 9_000), "t": known("${l}${l}")}
    reason = stopped(text, Budget(size=10_000), **names)
    assert reason == "evaluation stopped at the limit of 10,000 items or characters"


def test_a_range_without_end_is_what_terraform_refuses() -> None:
    budget = Budget()
    assert plain(value("try(range(1000000000), 1)", budget=budget)) == 1
    assert budget.exceeded == []


def test_try_does_not_catch_a_limit() -> None:
    found = value(f"try({MANY}, 1)", budget=Budget(steps=100))
    assert isinstance(found, Unknown)


def test_each_kind_of_limit_is_recorded_once() -> None:
    budget = Budget(steps=50)
    for _ in range(3):
        assert isinstance(value(MANY, budget=budget), Unknown)
    assert len(budget.exceeded) == 1


@pytest.mark.parametrize("depth", [150, 100_000])
def test_depth(depth: int) -> None:
    """Trees as deep as only a machine writes them."""
    leaf: Expression = syntax.Literal(1, HERE)
    chain = grown = called = leaf
    for _ in range(depth):
        grown = syntax.Parens(grown, HERE)
        chain = syntax.Binary("+", chain, leaf, HERE)
        called = syntax.Call("abs", (called,), False, HERE)
    for tree in (grown, chain, called):
        budget = Budget()
        found = evaluate(tree, Names(), budget)
        told = depth < 200 and tree is not called
        assert isinstance(found, Known if told else Unknown)
        assert len(budget.exceeded) == (0 if told else 1)
        assert budget.level == 0


def test_long_chains_of_names_are_not_deep() -> None:
    found = value("aws_x" + ".y" * 5_000)
    assert isinstance(found, Unknown)
    assert found.reason.startswith("aws_x.y.y")


def nested(depth: int) -> Value:
    found: Value = known(1)
    for _ in range(depth):
        found = items(found, kind="tuple")
    return found


@pytest.mark.parametrize(
    "text", ["jsonencode(var.x)", "var.x == var.x", "tolist(var.x)", "flatten(var.x)", "[for y in var.x : y]"]
)
def test_deep_values(text: str) -> None:
    assert value(text, {"x": nested(100_000)}).span is not None


def test_deep_values_convert() -> None:
    assert isinstance(convert(nested(100_000), LIST), Unknown | ListValue)
    assert isinstance(convert(nested(100_000), Type("list", Type("list", Type("string")))), Unknown)


def doubled() -> Value:
    """2**60 leaves in 60 objects."""
    found: Value = known(1)
    for _ in range(60):
        found = items(found, found, kind="tuple")
    return found


@pytest.mark.parametrize(
    "text",
    [
        "jsonencode(var.x)",
        "yamlencode(var.x)",
        "flatten(var.x)",
        "var.x == [for y in var.x : y]",
        "toset([var.x])",
        "try(var.x, 1)",
        "tolist([var.x, [1]])",
        "true ? var.x : [1]",
        'format("%v", var.x)',
        "distinct([var.x, var.x])",
        "contains([var.x], var.x)",
        "upper(jsonencode(var.x))",
    ],
)
def test_values_that_share_their_parts(text: str) -> None:
    budget = Budget()
    before = time.monotonic()
    # Whether it is, and no more: pytest would show the value if it was not.
    stopped = isinstance(value(text, {"x": doubled()}, budget=budget), Unknown)
    assert stopped
    assert len(budget.exceeded) == 1
    assert time.monotonic() - before < 20


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 2_000 + "b"),
        ("(a|aa)+$", "a" * 2_000 + "b"),
        ("(.*a){20}$", "a" * 500 + "b"),
        ("(?:a?){50}a{50}", "a" * 50),
        ("([a-z]+)*\\\\d", "a" * 5_000),
    ],
)
def test_patterns_are_matched_in_linear_time(pattern: str, text: str) -> None:
    before = time.monotonic()
    found = value(f'can(regex("{pattern}", "{text}"))')
    assert isinstance(found, Known | Unknown)
    assert time.monotonic() - before < 20


@pytest.mark.parametrize("text", ["1e999999999", "1e-999999999", '"1e999999999" + 1', "1e900 * 1e900", "pow(10, 400)"])
def test_huge_numbers(text: str) -> None:
    found = value(text)
    assert isinstance(found, Unknown)
    assert "too large" in found.reason


def test_json_that_is_nested_too_deeply() -> None:
    found = value("jsondecode(var.x)", {"x": known("[" * 100_000 + "]" * 100_000)})
    assert isinstance(found, Unknown)


def test_yaml_that_is_nested_too_deeply() -> None:
    found = value("yamldecode(var.x)", {"x": known("[" * 5_000 + "]" * 5_000)})
    assert isinstance(found, Unknown)


def test_yaml_whose_aliases_expand() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 12)]
    budget = Budget()
    assert isinstance(value("yamldecode(var.x)", {"x": known("\n".join(lines))}, budget=budget), Unknown)
    assert len(budget.exceeded) == 1


def test_broken_scopes_cost_one_value_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Names):
        def resolve(self, path: tuple[str, ...], span: object) -> tuple[Value, int]:
            raise LookupError

    monkeypatch.delenv("COGCHECK_DEBUG", raising=False)
    found = evaluate(expression("var.x"), Broken(), Budget())
    assert isinstance(found, Unknown)
    assert found.reason == "it could not be evaluated (LookupError)"
    monkeypatch.setenv("COGCHECK_DEBUG", "1")
    with pytest.raises(LookupError):
        evaluate(expression("var.x"), Broken(), Budget())
