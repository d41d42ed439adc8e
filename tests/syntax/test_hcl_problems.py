"""Texts that Terraform refuses: what is said, where, and what is read all the same; and texts made to hurt."""

from __future__ import annotations

import time

import pytest

from cogcheck.model import Document
from cogcheck.syntax import hcl
from cogcheck.syntax.body import Body, Broken, ParsedFile


def read(text: str) -> ParsedFile:
    return hcl.parse(Document("main.tf", text))


def said(parsed: ParsedFile) -> list[tuple[str, tuple[int, int], str]]:
    return [(problem.message, problem.span.first, problem.span.text) for problem in parsed.problems]


@pytest.mark.parametrize(
    ("text", "message", "first", "marked"),
    [
        ("a = 1 b = 2\n", "A line break is missing before this: each argument ends with its line", (1, 7), "b"),
        ("a {} b {}\n", "A line break is missing before this: each block ends with its line", (1, 6), "b"),
        ("a { b = 1 c = 2 }\n", "A block on one line can hold only one argument, and no block", (1, 11), "c"),
        ("a { b {} }\n", "A block on one line can hold only one argument, and no block", (1, 5), "b"),
        ("a {\n  b = 1 }\n", "A line break is missing before this }: a did not begin on this line", (2, 9), "}"),
        ("a = 1,\nb = 2\n", "A comma cannot end this argument", (1, 6), ","),
        ("a = 1;\n", "A semicolon cannot end this argument", (1, 6), ";"),
        ('a = "b\nc"\n', "A quoted string cannot go over several lines", (1, 5), '"b'),
        ('a = "b\nc = 1\n', "This string has no closing quote on its line", (1, 5), '"b'),
        ('a = "${b"\n', "This ${ is never closed", (1, 6), "${"),
        ("a = 1 +\n2\n", "A line break cannot follow here, outside of brackets", (1, 7), "+"),
        ("a = 1\n  + 2\n", "A line cannot begin with this, outside of brackets", (2, 3), "+"),
        ("a = b\n  .c\n", "A line cannot begin with this, outside of brackets", (2, 3), ".c"),
        ("a =\nb = 1\n", "The line ends here, but a has no value", (1, 3), "="),
        ("a = 1\rb = 2\n", "The character U+000D cannot stand here", (1, 6), "\r"),
        ("a\n{\n}\n", "The { of a must stand on the same line as a", (2, 1), "{"),
        ("a {\n", "This { is never closed", (1, 3), "{"),
        ("a {\n  b = [1, 2\n  c = 3\n}\n", "This [ is never closed", (2, 7), "["),
        ("a {\n  b {\n    c = 1\n}\n", "This { is never closed", (2, 5), "{"),
        ("a {\n}\n}\n", "This } closes nothing", (3, 1), "}"),
        ("a = (1]\n", "Found ] here, but ) was expected", (1, 7), "]"),
        ("a = [1 2]\n", "Found 2 here, but a comma or ] was expected after this item", (1, 8), "2"),
        ("a = {b}\n", "Found } here, but = and a value were expected after this key", (1, 7), "}"),
        ("a = <<EOT\nx\nEOT", "This heredoc is never closed: no line holds only EOT", (1, 5), "<<EOT"),
        (
            "a = f(<<EOT\nx\nEOT)\n",
            "This heredoc is never closed: no line holds only EOT",
            (1, 7),
            "<<EOT",
        ),
        (
            'a = <<"EOT"\nx\nEOT\n',
            "A heredoc begins with << or <<- and a name, which must end the line",
            (1, 5),
            '<<"EOT"',
        ),
        ('a = "\\d+"\n', "\\d is no escape sequence", (1, 6), "\\d"),
        ('a = "\\ud800"\n', "\\ud800 is no Unicode character", (1, 6), "\\ud800"),
        ("a = 'b'\n", "The character ' cannot stand here", (1, 5), "'"),
        ("a = “b”\n", "The character “ cannot stand here", (1, 5), "“"),
        ("a = ${b}\n", "The character $ cannot stand here", (1, 5), "$"),
        ("a: 1\n", "a is set with a colon", (1, 1), "a:"),
        ('"a" = 1\n', "The name of an argument or block is written without quotes", (1, 1), '"a"'),
        ('a "b {\n  c = 1\n}\n', "This label has no closing quote", (1, 3), '"b'),
        ('a "b"\n  c = 1\n}\n', "The { of a is missing", (1, 1), 'a "b"'),
        ("a /*\n */", "a is neither an argument nor a block", (1, 1), "a /*\n */"),
        ("a\n  ", "a is neither an argument nor a block", (1, 1), "a"),
        ('a "${b}" {}\n', "A block's label must be plain text", (1, 4), "${"),
        ("/* a\n", "This comment is never closed", (1, 1), "/*"),
        ("<<<<<<< HEAD\na = 1\n", "This is a merge conflict marker", (1, 1), "<<<<<<< HEAD"),
        ("a = b.0.1\n", "Two indexes cannot be written as .0.1", (1, 7), "0.1"),
        ("a = b.*.c.*.d\n", "A .* cannot follow another .*", (1, 11), "*"),
        ("a = b and c\n", "Found and here, but a line break was expected after this argument", (1, 7), "and"),
        (
            "a = [for in b : c]\n",
            "Found in here, but for needs the name of its variable, as in: for item in list",
            (1, 10),
            "in",
        ),
    ],
)
def test_each_mistake_is_told_once(text: str, message: str, first: tuple[int, int], marked: str) -> None:
    assert said(read(text)) == [(message, first, marked)]


def test_an_attribute_set_twice() -> None:
    parsed = read("a {\n  b = 1\n  c {\n    b = 2\n  }\n  b = 3\n}\n")
    (problem,) = parsed.problems
    assert (problem.slug, problem.message) == ("attribute-set-twice", "b is set twice: here and in line 2")
    assert problem.span.first == (6, 3)
    assert [(step.message, step.span.first) for step in problem.related] == [("b is first set here", (2, 3))]
    assert parsed.body.blocks[0].body.attributes["b"].value_span.text == "1"


POOL = """variable "first" {
  type = string
}

resource "aws_x" "middle" {
  name = "${var.first}-x"
  tags = {
    a = 1
  }
  policy {
    length = 8
    list   = ["a", "b"]
  }
  last = f(1)
}

output "last" {
  value = 1
}
"""
MARKED = [index for index, character in enumerate(POOL) if character in '{}[]()"=']
# Without these, it is another valid text: "$var.first}-x" is plain, tags { } is a block.
HARMLESS = [POOL.index("{var.first"), POOL.index("= {")]
INSIDE = [index for index in MARKED if POOL.index("resource") < index < POOL.index("output") and index not in HARMLESS]


@pytest.mark.parametrize("index", INSIDE)
def test_a_sign_left_out_is_one_problem_and_harms_no_other_block(index: int) -> None:
    parsed = read(POOL[:index] + POOL[index + 1 :])
    assert len(parsed.problems) == 1
    labels = [block.labels[-1] for block in parsed.body.blocks]
    assert [labels[0], labels[-1]] == ["first", "last"]
    for block in parsed.body.blocks:
        _build(block.body)


def test_a_broken_argument_is_there_and_broken() -> None:
    parsed = read('a {\n  b = = 1\n  c = "x"\n  d = [\n    1 2,\n    3\n  ]\n  e = 2\n}\n')
    assert [message for message, *_ in said(parsed)] == [
        "Found = here, but a value was expected",
        "Found 2 here, but a comma or ] was expected after this item",
    ]
    # The second mistake goes over lines: how its block continues is a guess, so the block is left out.
    assert list(parsed.body.blocks) == []
    parsed = read('a {\n  b = = 1\n  c = "x"\n}\nf = 1 2\n')
    attributes = parsed.body.blocks[0].body.attributes
    assert isinstance(attributes["b"].expression, Broken)
    assert attributes["b"].value_span.text == "= 1"
    assert attributes["c"].value_span.text == '"x"'
    assert isinstance(parsed.body.attributes["f"].expression, Broken)


def _build(body: Body) -> None:
    for attribute in body.attributes.values():
        assert attribute.expression is not None
    for block in body.blocks:
        _build(block.body)


N = 10_000
HOSTILE = {
    "brackets": "a = " + "[" * N + "]" * N,
    "open brackets": "a = " + "[" * N,
    "closed brackets": "}" * N,
    "parentheses": "a = " + "(" * N + "1" + ")" * N,
    "objects": "a = " + "{a=" * N + "1" + "}" * N,
    "calls": "a = " + "f(" * N + ")" * N,
    "loops": "a = " + "[for x in y : " * N + "1" + "]" * N,
    "indexes": "a = " + "b[" * N + "0" + "]" * N,
    "blocks": "a {\n" * N + "}\n" * N,
    "open blocks": "a {\n" * N,
    "blocks on one line": "a {" * N,
    "templates": "a = " + '"${' * N + "1" + '}"' * N,
    "directives": 'a = "' + "%{ if b }" * N + "%{ endif }" * N + '"',
    "signs": "a = " + "!" * N + "b",
    "sum": "a = 1" + " + 1" * N,
    "conditions": "a = " + "b ? c : " * N + "d",
    "conditions within": "a = " + "b ? " * N + "c" + " : d" * N,
    "attributes": "a = b" + ".c" * N,
    "splats": "a = b" + "[*]" * N,
    "parts": 'a = "' + "${b}" * N + '"',
    "blanks": "a =" + " " * N + "1",
    "blanks within": "a = [" + (" " * 1000 + "1,") * 20 + "]",
    "line breaks": "a = [" + "\n" * N + "]",
    "open heredocs": "a = <<A\n" * N,
    "open comments": "a = /*\n" * N,
    "open strings": 'a = "\n' * N,
    "strings over lines": 'a = "x\ny"\n' * N,
    "same names": "a = 1\n" * N,
    "one long string": 'a = "' + "x" * 50 * N + '"',
    "one long name": "a" * 50 * N,
    "form feeds": "\f" * N,
    "nulls": "\0" * N,
    "carriage returns": "\r" * N,
    "dollars": 'a = "' + "$" * N + '{b}"',
    "big number": "a = 1e" + "9" * N,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_time_in_proportion(text: str) -> None:
    started = time.process_time()
    _build(read(text).body)
    # Linear work takes well below two seconds for these; quadratic work takes minutes.
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "text",
    ["[" * 99 + "]" * 99, "(" * 99 + "1" + ")" * 99, '"${' * 49 + "1" + '}"' * 49, "{a=" * 99 + "1" + "}" * 99],
)
def test_deep_but_allowed(text: str) -> None:
    parsed = read(f"a = {text}\n")
    assert parsed.problems == ()
    _build(parsed.body)


def test_what_is_followed_again_is_read_again() -> None:
    parsed = read("c {/*" + " " * 70 + "\na { b = 1 \n      }\n    }\n  }\n}\n */")
    assert [block.type for block in parsed.body.blocks] == ["a"]
    assert [message for message, _, _ in said(parsed)][:1] == ["This { is never closed"]
    assert not [message for message, _, _ in said(parsed) if "may be valid" in message]
