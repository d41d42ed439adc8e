"""What reading HCL gives: bodies, expressions, places, comments, templates out of JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hcl_dump import dump_expression

from cogcheck.model import Document, Span
from cogcheck.syntax import hcl
from cogcheck.syntax.body import Comment, Literal, ParsedFile


def read(text: str) -> ParsedFile:
    parsed = hcl.parse(Document("main.tf", text))
    assert parsed.problems == ()
    return parsed


def expression(text: str, *, spans: bool = False) -> Any:
    return dump_expression(read(f"a = {text}\n").body.attributes["a"].expression, spans=spans)


def _s(value: object) -> tuple[str, object]:
    return ("Literal", value)


def _n(name: str) -> tuple[str, str]:
    return ("Name", name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", _s(1)),
        ("007", _s(7)),
        ("1.50", _s(Decimal("1.50"))),
        ("1.0", _s(1)),
        ("1e3", _s(1000)),
        ("2.5e1", _s(25)),
        ("1e-2", _s(Decimal("0.01"))),
        ("true", _s(True)),
        ("false", _s(False)),
        ("null", _s(None)),
        ('""', _s("")),
        ('"a\\n\\"\\\\\\u00e9\\U0001F600é$${b}%%{c}"', _s('a\n"\\é😀é${b}%{c}')),
        ("b", _n("b")),
        ("b.c.0", ("GetAttr", ("GetAttr", _n("b"), "c"), "0")),
        ('b["c"][0]', ("Index", ("Index", _n("b"), _s("c")), _s(0))),
        ("b[*]", ("Splat", _n("b"), _n("*"), True)),
        ("b[*].c[0]", ("Splat", _n("b"), ("Index", ("GetAttr", _n("*"), "c"), _s(0)), True)),
        ("b.*.c[0]", ("Index", ("Splat", _n("b"), ("GetAttr", _n("*"), "c"), False), _s(0))),
        (
            "b[*].c[*].d",
            ("Splat", _n("b"), ("Splat", ("GetAttr", _n("*"), "c"), ("GetAttr", _n("*"), "d"), True), True),
        ),
        ("b.*.c.0", ("Splat", _n("b"), ("GetAttr", ("GetAttr", _n("*"), "c"), "0"), False)),
        ("[1, b]", ("TupleExpr", (_s(1), _n("b")))),
        (
            '{ b = 1, (c) : 2, "d" = 3, true = 4, "${e}" = 5 }',
            (
                "ObjectExpr",
                (
                    (_s("b"), _s(1)),
                    (("Parens", _n("c")), _s(2)),
                    (_s("d"), _s(3)),
                    (_s("true"), _s(4)),
                    (("TemplateWrap", _n("e")), _s(5)),
                ),
            ),
        ),
        ("f()", ("Call", "f", (), False)),
        ("f(b, c...)", ("Call", "f", (_n("b"), _n("c")), True)),
        ("provider::x::f(1)", ("Call", "provider::x::f", (_s(1),), False)),
        ("(b)", ("Parens", _n("b"))),
        ("-1", ("Unary", "-", _s(1))),
        ("!!b", ("Unary", "!", ("Unary", "!", _n("b")))),
        ("1 - 2 - 3", ("Binary", "-", ("Binary", "-", _s(1), _s(2)), _s(3))),
        ("1 + 2 * 3", ("Binary", "+", _s(1), ("Binary", "*", _s(2), _s(3)))),
        ("!b == c && d", ("Binary", "&&", ("Binary", "==", ("Unary", "!", _n("b")), _n("c")), _n("d"))),
        (
            "b ? 1 : c ? 2 : 3",
            ("Conditional", _n("b"), _s(1), ("Conditional", _n("c"), _s(2), _s(3))),
        ),
        ("[for v in b : v]", ("ForExpr", None, "v", _n("b"), None, _n("v"), None, False)),
        (
            "{for k, v in b : k => v... if v}",
            ("ForExpr", "k", "v", _n("b"), _n("k"), _n("v"), _n("v"), True),
        ),
        ('"${b}"', ("TemplateWrap", _n("b"))),
        ('"x${b}"', ("Template", (_s("x"), _n("b")))),
        ('"x ${~ b ~} y"', ("Template", (_s("x"), _n("b"), _s("y")))),
        ('"%{ if b }x%{ endif }"', ("Template", (("TemplateIf", _n("b"), _s("x"), None),))),
        ('"%{ if b }x%{ else }%{ endif }"', ("Template", (("TemplateIf", _n("b"), _s("x"), _s("")),))),
        (
            '"%{ for k, v in b }${v}%{ endfor }"',
            ("Template", (("TemplateFor", "k", "v", _n("b"), ("Template", (_n("v"),))),)),
        ),
        ("<<EOT\n  x\n  EOT", _s("  x\n")),
        ("<<-EOT\n    x\n      ${b}\n  EOT", ("Template", (_s("x\n  "), _n("b"), _s("\n")))),
    ],
)
def test_expressions(text: str, expected: object) -> None:
    assert expression(text) == expected


def test_long_numbers_stay_decimal() -> None:
    assert expression("9" * 5000) == _s(Decimal("9" * 5000))
    assert expression("1e999999999") == _s(Decimal("1e999999999"))
    assert expression("0e99999999999999999999") == _s(0)


def test_expression_spans() -> None:
    assert expression('"é${b.c}" == d[0]', spans=True) == (
        "Binary",
        "==",
        ("Template", (("Literal", "é", (5, 6)), ("GetAttr", ("Name", "b", (8, 9)), "c", (8, 11))), (4, 13)),
        ("Index", ("Name", "d", (17, 18)), ("Literal", 0, (19, 20)), (17, 21)),
        (4, 21),
    )


def test_body() -> None:
    text = 'é = 1\nresource "aws_x" main {\n  b = [\n    1,\n  ] # c\n  nested "$${x}" {}\n}\n'
    body = read(text).body
    assert (body.span.start, body.span.end) == (0, len(text))
    attribute = body.attributes["é"]
    assert (attribute.name_span.text, attribute.value_span.text, attribute.span.text) == ("é", "1", "é = 1")
    (block,) = body.blocks
    assert (block.type, block.labels) == ("resource", ("aws_x", "main"))
    assert block.header.text == 'resource "aws_x" main'
    assert [span.text for span in block.label_spans] == ['"aws_x"', "main"]
    assert block.span.text == text[text.index("resource") :].strip()
    assert block.body.span.text == block.span.text.partition("{")[2][:-1]
    assert block.body.attributes["b"].value_span.text == "[\n    1,\n  ]"
    (nested,) = block.body.blocks
    assert (nested.type, nested.labels, nested.body.attributes, list(nested.body.blocks)) == (
        "nested",
        ("${x}",),
        {},
        [],
    )


def test_expressions_are_built_once_and_late() -> None:
    attribute = read("a = [1]\n").body.attributes["a"]
    assert attribute.expression is attribute.expression


def test_carriage_returns_stay_in_heredocs_only() -> None:
    body = read("a = 1\r\nb {\r\n  c = 2\r\n}\r\nd = <<EOT\r\nx\r\nEOT\r\n").body
    assert body.attributes["a"].span.text == "a = 1"
    assert body.blocks[0].body.attributes["c"].span.text == "c = 2"
    assert dump_expression(body.attributes["d"].expression, spans=False) == _s("x\r\n")


def test_comments_are_collected_where_one_speaks_to_cogcheck() -> None:
    text = (
        "# cogcheck:ignore=x\r\n"
        'a = "# no" // one\n'
        "b = [ /* two\nlines */\n  1, # three\n]\n"
        'c = "${ # four\n d }"\n'
        "d = <<EOT\n# no\nEOT\n"
        "e { # five\n  f = { # six\n  g = 1 # seven\n  }\n} # eight"
    )
    document = Document("main.tf", text)
    comments = hcl.parse(document).comments
    assert [(comment.text, comment.own_line) for comment in comments] == [
        ("# cogcheck:ignore=x", True),
        ("// one", False),
        ("/* two\nlines */", False),
        ("# three", False),
        ("# four", False),
        ("# five", False),
        ("# six", False),
        ("# seven", False),
        ("# eight", False),
    ]
    assert all(comment.span.text == comment.text for comment in comments)
    assert hcl.parse(Document("main.tf", "# nothing\n")).comments == ()
    assert comments[0] == Comment("# cogcheck:ignore=x", Span(document, 0, 19), own_line=True)


JSON = Document("main.tf.json", '{"a": "..."}', kind="tfjson")
PLACE = Span(JSON, 6, 11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", _s("plain")),
        ('"quoted" \\n', _s('"quoted" \\n')),
        ("$${b} %%{c}", _s("${b} %{c}")),
        ("${b.c}", ("TemplateWrap", ("GetAttr", _n("b"), "c"))),
        ('${"x"}', ("TemplateWrap", _s("x"))),
        ("${b[0]}", ("TemplateWrap", ("Index", _n("b"), _s(0)))),
        ('${b}"\\n"\n', ("Template", (_n("b"), _s('"\\n"\n')))),
        # White space is trimmed up to the end of the line: the next line is a literal of its own.
        ("a ${~ b ~} \n c", ("Template", (_s("a"), _n("b"), _s(" c")))),
        ("EOT\n${b}\nEOT", ("Template", (_s("EOT\n"), _n("b"), _s("\nEOT")))),
        ("%{ if b }x%{ endif }", ("Template", (("TemplateIf", _n("b"), _s("x"), None),))),
        ("%{ if b }%{ endif }", ("Template", (("TemplateIf", _n("b"), _s(""), None),))),
        ("a\r${b}", _s("a\r${b}")),
        ("${<<A\nx\nA\n}", ("TemplateWrap", _s("x\n"))),
    ],
)
def test_templates_out_of_json(text: str, expected: object) -> None:
    found, problems = hcl.template(text, PLACE)
    assert problems == ()
    assert dump_expression(found, spans=False) == expected


def test_every_node_of_a_json_template_has_the_strings_span() -> None:
    found, _ = hcl.template("x ${b[*].c} %{ if d }%{ endif }", PLACE)
    places = {item for item in _flat(dump_expression(found)) if isinstance(item, tuple)}
    assert places == {(6, 11)}


def _flat(node: Any) -> list[Any]:
    if isinstance(node, tuple) and not all(isinstance(item, int) for item in node):
        return [found for item in node for found in _flat(item)]
    return [node] if node != () else []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${b", "This ${ is never closed"),
        ("${}", "There is no expression in this ${ }"),
        ("%{ if b }", "This %{ if } has no %{ endif }"),
        ("50%{ off", "off is no template directive"),
    ],
)
def test_broken_templates_out_of_json(text: str, message: str) -> None:
    found, problems = hcl.template(text, PLACE)
    assert dump_expression(found) == ("Broken", (6, 11))
    assert [(problem.message, problem.span) for problem in problems] == [(message, PLACE)]


def test_bare_expressions() -> None:
    found, problems = hcl.expression('["a",\n  # c\n  1 + 2]', PLACE)
    assert problems == ()
    assert dump_expression(found) == (
        "TupleExpr",
        (
            ("Literal", "a", (6, 11)),
            ("Binary", "+", ("Literal", 1, (6, 11)), ("Literal", 2, (6, 11)), (6, 11)),
        ),
        (6, 11),
    )
    assert hcl.expression(" 12 ", PLACE) == (Literal(12, PLACE), ())


@pytest.mark.parametrize("text", ["", "a b", "1)\nb = (2", "1) + (2", "[1", "# only"])
def test_what_is_no_expression(text: str) -> None:
    found, problems = hcl.expression(text, PLACE)
    assert dump_expression(found) == ("Broken", (6, 11))
    assert [(problem.slug, problem.span) for problem in problems] == [("syntax-error", PLACE)]
