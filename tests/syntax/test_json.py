"""JSON with places: every key and value, every mistake, at any size and depth."""

from __future__ import annotations

import json as standard
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogcheck.model import Document
from cogcheck.syntax import json
from cogcheck.syntax.json_tree import MAX_DEPTH, Array, Leaf, Node, Object


def document(text: str) -> Document:
    return Document("x.json", text, "tfjson")


def tree(text: str) -> Node:
    node, problems = json.parse(document(text))
    assert problems == ()
    assert node is not None
    return node


def plain(node: Node) -> object:
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Array):
        return [plain(item) for item in node.items]
    return {member.key: plain(member.value) for member in node.members}


def mistakes(text: str) -> list[tuple[str, int, int]]:
    problems = json.parse(document(text))[1]
    assert all(problem.slug == "broken-json" for problem in problems)
    return [(problem.message, problem.span.start, problem.span.end) for problem in problems]


def test_every_key_and_value_has_its_place() -> None:
    text = '{\n  "a": [1, {"é": "x\\n"}],\n  "b" : null\n}'
    node = tree(text)
    assert isinstance(node, Object)
    first, second = node.members
    assert (text[first.start : first.end], text[second.start : second.end]) == ('"a"', '"b"')
    assert text[first.value.start : first.value.end] == '[1, {"é": "x\\n"}]'
    assert text[second.value.start : second.value.end] == "null"
    assert isinstance(first.value, Array)
    inner = first.value.items[1]
    assert isinstance(inner, Object)
    assert inner.members[0].value == Leaf("x\n", 19, 24)
    assert (node.start, node.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-0", 0),
        ("1.0", 1),
        ("8.50", Decimal("8.50")),
        ("1e2", 100),
        ("1E-2", Decimal("0.01")),
        ("9007199254740993", 9007199254740993),
        ("1" * 5000, Decimal("1" * 5000)),
        ("1e999999", Decimal("1e999999")),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\ud800x"', "\ufffdx"),
        ('"\\/\\"\\\\"', '/"\\'),
        ("true", True),
        ("null", None),
        (" \r\n[ ] ", []),
        ("{}", {}),
    ],
)
def test_values(text: str, value: object) -> None:
    found = plain(tree(text))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("The file is empty: expected JSON", 0, 0)]),
        ("  \n", [("The file is empty: expected JSON", 0, 0)]),
        ("{\n", [('The JSON breaks off here: expected a key in quotes or "}"', 1, 1)]),
        ('{"a"', [('The JSON breaks off here: expected ":" behind the key', 4, 4)]),
        ('{"a":', [("The JSON breaks off here: expected a value", 5, 5)]),
        ('{"a":1', [('The JSON breaks off here: expected "," or "}"', 6, 6)]),
        ("[1,", [("The JSON breaks off here: expected a value", 3, 3)]),
        ('{"a":1,}', [("A comma before the closing }", 6, 7)]),
        ("[1 , ]", [("A comma before the closing ]", 3, 4)]),
        ('{"a":1 "b":2}', [("A comma is missing before this", 7, 8)]),
        ("[1 2]", [("A comma is missing before this", 3, 4)]),
        ("[{} {}]", [("A comma is missing before this", 4, 5)]),
        ("[,]", [('Expected a value or "]", not `,`', 1, 2)]),
        ("[}", [('Expected a value or "]", not `}`', 1, 2)]),
        ('{"a":}', [("Expected a value, not `}`", 5, 6)]),
        ("{1:2}", [('Expected a key in quotes or "}", not `1`', 1, 2)]),
        ("{'a':1}", [('JSON\'s quotes are double: expected a key in quotes or "}"', 1, 2)]),
        ("{a:1}", [('A word without quotes: expected a key in quotes or "}"', 1, 2)]),
        ('{"a"=1}', [('JSON has a colon here: expected ":" behind the key', 4, 5)]),
        ('{"a":None}', [("This is Python, not JSON: expected a value", 5, 9)]),
        ("[NaN]", [('JSON has no such number: expected a value or "]"', 1, 4)]),
        ("[truely]", [('A word without quotes: expected a value or "]"', 1, 7)]),
        ('{"a":1}}', [("The JSON ends before this: `}` is too much", 7, 8)]),
        ("01", [("The JSON ends before this: `1` is too much", 1, 2)]),
        ("-", [("Expected a value, not `-`", 0, 1)]),
        ('["x', [("This string is not closed before the JSON ends", 1, 3)]),
        ('["x\ny"]', [("This string is not closed on its line", 1, 3)]),
        ('["\\q"]', [("`\\q` is no JSON escape", 2, 4)]),
        ('["\\u12"]', [("`\\u` is no JSON escape", 2, 4)]),
        ('["a\tb"]', [("A control character U+0009 in a string", 3, 4)]),
        ("\x0b", [("Expected a value, not U+000B", 0, 1)]),
        ("1e99999999999999999999", [("This number is beyond all bounds", 0, 22)]),
        ("// a\n# b\n[/* c */]", [("JSON has no comments", 0, 4)]),
    ],
)
def test_mistakes_have_words_and_a_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert mistakes(text) == expected
    problem = json.load(document(text))[1]
    assert problem is not None
    assert 0 <= problem.span.start <= problem.span.end <= len(text)


def test_small_mistakes_are_read_over() -> None:
    node, problems = json.parse(document('{"a": [1, 2,], /* c */ "b": 3 "c": 4}'))
    assert node is not None
    assert plain(node) == {"a": [1, 2], "b": 3, "c": 4}
    assert len(problems) == 3


def test_what_is_complete_before_a_break_is_kept() -> None:
    node, problems = json.parse(document('{"a": {"b": 1}, "c": {"d": [2, 3'))
    assert isinstance(node, Object)
    assert len(problems) == 1
    assert plain(node) == {"a": {"b": 1}, "c": {"d": [2, 3]}}
    inner = [member.value for member in node.members]
    assert [value.complete for value in inner if isinstance(value, Object)] == [True, False]
    assert not node.complete


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    allowed = opening * MAX_DEPTH + "1" + closing * MAX_DEPTH
    assert mistakes(allowed) == []
    deep = opening * 100_000 + "1" + closing * 100_000
    start = len(opening) * MAX_DEPTH
    assert mistakes(deep) == [("The JSON is nested deeper than 200 levels", start, start + 1)]
    problem = json.load(document(deep))[1]
    assert problem is not None
    assert problem.message == "The JSON is nested deeper than 200 levels"


def test_mistakes_are_counted_up_to_a_bound() -> None:
    assert len(mistakes("[" + "1 " * 1000 + "]")) == 20


def test_duplicate_keys_are_all_kept() -> None:
    node = tree('{"a": 1, "a": 2}')
    assert isinstance(node, Object)
    assert [member.value for member in node.members] == [Leaf(1, 6, 7), Leaf(2, 14, 15)]
    assert node.get("a") == Leaf(2, 14, 15)
    assert node.get("b") is None


def test_halves_of_surrogate_pairs_are_no_text() -> None:
    text = '{"\\ud800": ["\\udfff", {"a": "\\ud83d\\ude00"}]}'
    expected = {"\ufffd": ["\ufffd", {"a": "😀"}]}
    assert plain(tree(text)) == expected
    assert json.load(document(text)) == (expected, None)
    places = json.Places(document(text))
    found = places.node(("\ufffd", 1, "a"))
    assert found == Leaf("😀", 28, 42)


def test_places_are_found_by_path() -> None:
    text = ' {"a" : [ 0, {"b": {"c": [true]}} ] , "d": {} }'
    places = json.Places(document(text))
    node = places.node(("a", 1, "b"))
    assert node is not None
    assert text[node.start : node.end] == '{"c": [true]}'
    key = places.key(("a", 1, "b", "c"))
    assert key is not None
    assert key.text == '"c"'
    whole = places.node(())
    assert whole is not None
    assert plain(whole) == {"a": [0, {"b": {"c": [True]}}], "d": {}}
    assert places.node(("a", 2)) is None
    assert places.node(("a", 0, "x")) is None
    assert places.node(("d", "x", "y")) is None
    assert places.key(("x",)) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_the_same_as_the_standard_library(value: object, indent: int | None, ascii_only: bool) -> None:
    text = standard.dumps(value, indent=indent, ensure_ascii=ascii_only)
    expected = standard.loads(text, parse_float=lambda number: plain(tree(number)))
    assert plain(tree(text)) == expected
    assert json.load(document(text)) == (expected, None)


@settings(deadline=None)
@given(VALUES)
def test_a_text_cut_anywhere_gives_a_problem_with_a_place(value: object) -> None:
    text = standard.dumps({"a": value, "b": "x\\y"})
    for end in range(len(text)):
        problems = json.parse(document(text[:end]))[1]
        assert len(problems) == 1
        assert 0 <= problems[0].span.start <= problems[0].span.end <= end
        contents, problem = json.load(document(text[:end]))
        assert contents is None
        assert problem is not None
        assert 0 <= problem.span.start <= problem.span.end <= end


@settings(deadline=None)
@given(st.text(alphabet='{}[]",:\\/*#ntruefalse0123456789.-+eE \n\t', max_size=30))
def test_any_text_is_read_or_refused_like_the_standard_library(text: str) -> None:
    problems = json.parse(document(text))[1]
    problem = json.load(document(text))[1]
    assert bool(problems) == (problem is not None)
    assert all(
        0 <= each.span.start <= each.span.end <= len(text) for each in (*problems, *([problem] if problem else []))
    )
