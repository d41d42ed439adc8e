"""Terraform's JSON syntax, as Terraform reads it: labels, bodies, templates, references, comments."""

from __future__ import annotations

import json as standard
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogcheck.model import Document, Problem
from cogcheck.syntax import tfjson
from cogcheck.syntax.body import (
    Attribute,
    Body,
    Expression,
    GetAttr,
    Literal,
    Name,
    ObjectExpr,
    ParsedFile,
    SyntaxBlock,
    Template,
    TemplateWrap,
    TupleExpr,
)


def parse(text: str, path: str = "main.tf.json") -> ParsedFile:
    return tfjson.parse(Document(path, text, "tfjson"))


def valid(text: str) -> Sequence[SyntaxBlock]:
    file = parse(text)
    assert file.problems == ()
    return file.body.blocks


def said(problems: Sequence[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.slug, problem.message, problem.span.text) for problem in problems]


def resource(members: str) -> Body:
    return valid('{"resource": {"a_type": {"name": {' + members + "}}}}")[0].body


def plain(expression: Expression) -> object:
    match expression:
        case Literal(value=value):
            return value
        case TupleExpr(items=items):
            return [plain(item) for item in items]
        case ObjectExpr(items=members):
            return {plain(key): plain(value) for key, value in members}
        case _:
            return type(expression).__name__


def values(attributes: dict[str, Attribute]) -> dict[str, object]:
    return {name: plain(attribute.expression) for name, attribute in attributes.items()}


def test_labels_are_keys() -> None:
    text = '{"resource": {"a_type": {"x": {"k": 1}, "y": {}}}, "locals": {"l": 1}, "provider": {"aws": [{}, {}]}}'
    blocks = valid(text)
    assert [(block.type, block.labels) for block in blocks] == [
        ("resource", ("a_type", "x")),
        ("resource", ("a_type", "y")),
        ("locals", ()),
        ("provider", ("aws",)),
        ("provider", ("aws",)),
    ]
    assert [block.header.text for block in blocks] == ['"x"', '"y"', '"locals"', '"aws"', '"aws"']
    assert [block.span.text for block in blocks[:3]] == ['"x": {"k": 1}', '"y": {}', '"locals": {"l": 1}']
    assert [span.text for span in blocks[0].label_spans] == ['"a_type"', '"x"']
    attribute = blocks[0].body.attributes["k"]
    assert (attribute.name_span.text, attribute.value_span.text, attribute.span.text) == ('"k"', "1", '"k": 1')
    assert blocks[0].body.span.text == '{"k": 1}'


def test_every_level_may_be_a_list() -> None:
    blocks = valid(
        '[{"resource": [{"t": [{"a": [{"k": 1}]}]}, {"t": {"b": null}}, {"t": {"c": [null]}}]}, {"output": {"o": {}}}]'
    )
    assert [(block.type, block.labels) for block in blocks] == [
        ("resource", ("t", "a")),
        ("resource", ("t", "c")),
        ("output", ("o",)),
    ]
    assert values(dict(blocks[0].body.attributes)) == {"k": 1}


def test_a_list_in_place_of_a_body_is_the_members_of_all_its_objects() -> None:
    body = valid('{"resource": {"t": {"a": [[{"x": 1}, {"y": 2}]]}}}')[0].body
    assert values(dict(body.attributes)) == {"x": 1, "y": 2}


def test_one_key_twice_is_fine_where_terraform_merges() -> None:
    blocks = valid('{"output": {"a": {}}, "output": {"b": {}}, "locals": [{"x": 1}, {"y": 2}]}')
    assert [(block.type, block.labels) for block in blocks] == [
        ("output", ("a",)),
        ("output", ("b",)),
        ("locals", ()),
        ("locals", ()),
    ]


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('{"resource": {}}', 'No type stands here: write "resource": {"TYPE": {"NAME": {...}}}', "{}"),
        ('{"output": []}', 'No name stands here: write "output": {"NAME": {...}}', "[]"),
        ('{"output": null}', 'The name of an output is the key of an object: write {"NAME": {...}}', "null"),
        (
            '{"resource": {"t": "x"}}',
            'The name of a resource is the key of an object: write {"TYPE": {"NAME": {...}}}',
            '"x"',
        ),
        ('{"resource": {"t": {"n": 3}}}', "Expected a resource block here: an object or a list of objects", "3"),
        ('{"resource": {"t": {"n": [{}, 3]}}}', "Expected a resource block here: an object or a list of objects", "3"),
        ('{"resource": {"t": {"//": "c"}}}', "Expected a resource block here: an object or a list of objects", '"c"'),
        ('{"resources": {}}', 'No block type is named "resources"', '"resources"'),
        ('"x"', "A configuration file holds one JSON object, or a list of objects", '"x"'),
        ("[1]", "A configuration file holds one JSON object, or a list of objects", "1"),
    ],
)
def test_what_terraform_refuses(text: str, message: str, place: str) -> None:
    assert said(parse(text).problems) == [("syntax-error", message, place)]


def test_a_slip_of_the_pen_is_recognized() -> None:
    assert [problem.help for problem in parse('{"resources": {}, "x1": {}}').problems] == [
        'Did you mean "resource"?',
        'A comment is written under the key "//".',
    ]


def test_strings_are_templates() -> None:
    body = resource(
        '"a": "${aws_x.y.arn}", "b": "a ${var.x}", "c": "$${x} %%{y}", "d": "{####}", "e": {"${var.k}": "v"}'
    )
    kinds = [type(attribute.expression) for attribute in body.attributes.values()]
    assert kinds == [TemplateWrap, Template, Literal, Literal, ObjectExpr]
    assert values({"c": body.attributes["c"], "d": body.attributes["d"]}) == {"c": "${x} %{y}", "d": "{####}"}
    wrapped = body.attributes["a"].expression
    assert isinstance(wrapped, TemplateWrap)
    assert isinstance(wrapped.inner, GetAttr)
    assert (wrapped.inner.name, wrapped.span.text) == ("arn", '"${aws_x.y.arn}"')
    inner = body.attributes["e"].expression
    assert isinstance(inner, ObjectExpr)
    assert isinstance(inner.items[0][0], TemplateWrap)


def test_numbers_keep_their_spelling_and_booleans_their_type() -> None:
    body = resource('"a": 2048, "b": "2048", "c": 1.5, "d": true, "e": "true", "f": null, "g": [], "h": {}')
    assert standard.dumps(values(dict(body.attributes)), default=str) == (
        '{"a": 2048, "b": "2048", "c": "1.5", "d": true, "e": "true", "f": null, "g": [], "h": {}}'
    )


def test_a_broken_template_is_a_problem_at_its_string() -> None:
    file = parse('{"output": {"a": {"value": ["ok", "${foo bar}"]}, "b": {"value": "fine"}}}')
    assert [(problem.slug, problem.span.text) for problem in file.problems] == [("syntax-error", '"${foo bar}"')]
    assert [block.labels for block in file.body.blocks] == [("a",), ("b",)]


def test_texts_that_are_no_templates() -> None:
    blocks = valid(
        '{"variable": {"a": {"default": "${x}", "description": "${y", "type": "list(string)"}},'
        ' "terraform": {"required_providers": {"aws": {"version": "${v"}}},'
        ' "output": {"o": {"description": "${z", "value": 1, "//": "${"}}, "//": "${"}'
    )
    assert values({key: blocks[0].body.attributes[key] for key in ("default", "description")}) == {
        "default": "${x}",
        "description": "${y",
    }
    assert type(blocks[0].body.attributes["type"].expression).__name__ == "Call"


def test_references_are_bare() -> None:
    body = resource(
        '"provider": "aws.west", "depends_on": ["a_b.c"],'
        ' "lifecycle": {"ignore_changes": ["schema"], "precondition": {"condition": "x"}}'
    )
    assert isinstance(body.attributes["provider"].expression, GetAttr)
    depends = body.attributes["depends_on"].expression
    assert isinstance(depends, TupleExpr)
    assert isinstance(depends.items[0], GetAttr)
    attributes, nested = tfjson.blocks(body, {"lifecycle"})
    assert list(attributes) == ["provider", "depends_on"]
    ignored = nested[0].body.attributes["ignore_changes"].expression
    assert isinstance(ignored, TupleExpr)
    assert isinstance(ignored.items[0], Name)
    assert plain(nested[0].body.attributes["precondition"].expression) == {"condition": "x"}
    whole = resource('"lifecycle": {"ignore_changes": "all"}')
    assert isinstance(tfjson.blocks(whole, {"lifecycle"})[1][0].body.attributes["ignore_changes"].expression, Name)


def test_a_reference_may_not_be_a_template() -> None:
    file = parse('{"resource": {"t": {"n": {"depends_on": ["${a_b.c}"]}}}}')
    assert [(problem.slug, problem.span.text) for problem in file.problems] == [("syntax-error", '"${a_b.c}"')]


def test_comments_are_kept_apart() -> None:
    file = parse('{"//": {"top": 1}, "resource": {"t": {"n": {"//": {"metadata": {"path": "p"}}, "b": {"//": "c"}}}}}')
    assert file.problems == ()
    assert file.body.meta is not None
    assert plain(file.body.meta) == {"top": 1}
    body = file.body.blocks[0].body
    assert body.meta is not None
    assert plain(body.meta) == {"metadata": {"path": "p"}}
    assert list(body.attributes) == ["b"]
    nested = tfjson.blocks(body, {"b"})[1][0].body
    assert nested.meta is not None
    assert (plain(nested.meta), dict(nested.attributes)) == ("c", {})


def test_duplicate_keys_are_reported_with_both_places() -> None:
    file = parse('{"output": {"a": {"value": 1, "value": {"x": 1, "x": 2}}}}')
    assert said(file.problems) == [("duplicate-json-key", 'The key "value" stands twice in this object', '"value"')]
    problem = file.problems[0]
    assert (problem.span.start, problem.related[0].span.start) == (30, 18)
    assert values(dict(file.body.blocks[0].body.attributes)) == {"value": 1}
    inner = parse('{"output": {"a": {"value": {"x": 1, "x": 2}}}}')
    assert [(problem.slug, problem.span.start) for problem in inner.problems] == [("duplicate-json-key", 36)]


def test_a_block_twice_is_two_blocks() -> None:
    body = resource('"s": {"x": 1}, "s": [{"x": 2}, {"x": 3}]')
    nested = tfjson.blocks(body, {"s"})[1]
    assert [values(dict(block.body.attributes)) for block in nested] == [{"x": 1}, {"x": 2}, {"x": 3}]


def test_variables_never_hold_a_block_twice() -> None:
    file = parse('{"tags": {"a": 1}, "tags": {"b": 2}}', "x.auto.tfvars.json")
    assert [problem.slug for problem in file.problems] == ["duplicate-json-key"]


def test_blocks_of_a_body() -> None:
    body = resource(
        '"one": {"k": 1}, "many": [{"k": 2}, null, {"k": 3}], "none": [], "gone": null, "empty": {}, "arg": {"k": 4}'
    )
    attributes, nested = tfjson.blocks(body, {"one", "many", "none", "gone", "empty"})
    assert list(attributes) == ["arg"]
    assert [(block.type, values(dict(block.body.attributes))) for block in nested] == [
        ("one", {"k": 1}),
        ("many", {"k": 2}),
        ("many", {}),
        ("many", {"k": 3}),
        ("empty", {}),
    ]
    assert [block.header.text for block in nested] == ['"one"', "{", "n", "{", '"empty"']
    assert [block.span.text for block in nested[:2]] == ['"one": {"k": 1}', '{"k": 2}']
    assert all(block.body.json for block in nested)


def test_a_block_that_is_none_stays_an_attribute() -> None:
    body = resource('"a": "x", "b": "${var.x}", "c": [1], "d": [{}, "x"], "e": [[1]]')
    attributes, nested = tfjson.blocks(body, {"a", "b", "c", "d", "e"})
    assert (list(attributes), nested) == (["a", "b", "c", "d", "e"], [])


def test_dynamic_blocks() -> None:
    body = resource('"dynamic": {"s": {"for_each": [1], "content": {"k": 1}}, "t": [{"for_each": []}, {}], "//": "c"}')
    attributes, nested = tfjson.blocks(body, ())
    assert attributes == {}
    assert [(block.type, block.labels, block.header.text) for block in nested] == [
        ("dynamic", ("s",), '"s"'),
        ("dynamic", ("t",), "{"),
        ("dynamic", ("t",), "{"),
    ]
    inner, content = tfjson.blocks(nested[0].body, {"content"})
    assert list(inner) == ["for_each"]
    assert values(dict(content[0].body.attributes)) == {"k": 1}
    listed = resource('"dynamic": [{"s": {}}, {"s": {}}]')
    assert [block.labels for block in tfjson.blocks(listed, ())[1]] == [("s",), ("s",)]
    wrong = resource('"dynamic": {"s": "x"}')
    assert list(tfjson.blocks(wrong, ())[0]) == ["dynamic"]


def test_keys_of_blocks_are_names_not_templates() -> None:
    body = resource('"s": {"${x}": 1}')
    assert list(tfjson.blocks(body, {"s"})[1][0].body.attributes) == ["${x}"]


def test_variable_files_hold_literals() -> None:
    file = parse('{"a": "${x}", "b": ["%{"], "//": "c"}', "prod.tfvars.json")
    assert file.problems == ()
    assert values(dict(file.body.attributes)) == {"a": "${x}", "b": ["%{"]}
    wrong = parse("[1]", "prod.tfvars.json")
    assert said(wrong.problems) == [
        ("broken-tfvars", 'A file of variable values holds one object, {"name": value}', "[1]")
    ]
    assert values(dict(tfjson.variables(Document("x.json", '{"a": 1}', "tfjson")).body.attributes)) == {"a": 1}


def test_what_is_read_before_a_break_counts_and_half_a_block_does_not() -> None:
    file = parse('{"output": {"a": {"value": 1}, "b": {"value": 2, "desc')
    assert [block.labels for block in file.body.blocks] == [("a",)]
    assert [problem.slug for problem in file.problems] == ["broken-json"]


WHOLE = standard.dumps(
    {
        "//": {"metadata": {"version": "0"}},
        "terraform": {"required_providers": {"aws": {"source": "aws", "version": "1.0.0"}}},
        "variable": {"v": {"type": "map(string)", "default": {"a": "b"}}},
        "resource": {
            "t": {
                "n": {
                    "name": 'x-${var.v["a"]}',
                    "lifecycle": {"ignore_changes": ["a"]},
                    "dynamic": {"s": {"for_each": "${var.v}", "content": {"k": "${s.value}"}}},
                    "p": [{"k": 1.5}, {"k": None}],
                }
            }
        },
    }
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "${x}", "${", "//", "%{ if"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["//", "resource", "n", "dynamic", "content", "lifecycle", "variable"]), inner
        )
    ),
    max_leaves=12,
)


def exercise(file: ParsedFile) -> None:
    """Ask everything of a file, so that whatever is lazy is built."""
    pending = list(file.body.blocks)
    while pending:
        block = pending.pop()
        attributes, nested = tfjson.blocks(block.body, {"lifecycle", "content", "p", "s", "n"})
        for attribute in attributes.values():
            plain(attribute.expression)
        pending += nested
    for problem in file.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(file.document.text)


def test_a_file_cut_anywhere_gives_a_problem_with_a_place() -> None:
    exercise(parse(WHOLE))
    assert parse(WHOLE).problems == ()
    for end in range(len(WHOLE)):
        file = parse(WHOLE[:end])
        assert [problem.slug for problem in file.problems][:1] == ["broken-json"]
        exercise(file)


@settings(deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(value: object) -> None:
    exercise(parse(standard.dumps(value)))
    exercise(parse(standard.dumps({"resource": {"t": {"n": value}}, "variable": {"v": value}})))


@settings(deadline=None)
@given(st.data())
def test_wrong_types_at_every_level(data: st.DataObject) -> None:
    tree = standard.loads(WHOLE)
    current = tree
    while isinstance(current, dict) and current:
        key = data.draw(st.sampled_from(sorted(current)))
        if data.draw(st.booleans()) or not isinstance(current[key], dict):
            current[key] = data.draw(JSON)
            break
        current = current[key]
    exercise(parse(standard.dumps(tree)))
