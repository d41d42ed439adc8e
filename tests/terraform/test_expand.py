"""Bodies to blocks: `dynamic`, places, and what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolving import TYPE, arguments, only, plain, reason, resolve, trail, write

from cogcheck.model import Resource


def pool(tmp_path: Path, body: str, before: str = "") -> Resource:
    write(tmp_path, main_tf=f'{before}resource "{TYPE}" "main" {{\n{body}}}\n')
    return only(resolve(tmp_path))


def test_arguments_and_blocks_keep_the_order_of_writing(tmp_path: Path) -> None:
    block = pool(
        tmp_path,
        '  name = "a"\n  schema {\n    name = "one"\n  }\n'
        '  dynamic "schema" {\n    for_each = ["two", "three"]\n    content {\n      name = schema.value\n    }\n  }\n'
        '  schema {\n    name = "four"\n  }\n  mfa_configuration = "ON"\n',
    ).block
    assert list(block.arguments) == ["name", "mfa_configuration"]
    assert [plain(one.arguments["name"].value) for one in block.blocks] == ["one", "two", "three", "four"]
    assert [one.from_dynamic for one in block.blocks] == [False, True, True, False]
    assert (block.type, block.header.text) == (TYPE, f'resource "{TYPE}" "main"')
    assert [one.header.text for one in block.blocks] == ["schema", "content", "content", "schema"]
    assert block.open == {}


def test_a_value_of_an_iterator_points_at_its_argument_and_its_item(tmp_path: Path) -> None:
    block = pool(
        tmp_path,
        '  dynamic "schema" {\n    for_each = [\n      { name = "one" },\n    ]\n'
        "    content {\n      name = schema.value.name\n    }\n  }\n",
    ).block
    found = block.blocks[0].arguments["name"].value
    assert (plain(found), found.span.text, trail(found)) == (
        "one",
        "schema.value.name",
        ["schema.value.name, main.tf:4"],
    )


def test_keys_of_lists_sets_and_maps(tmp_path: Path) -> None:
    content = "    content {\n      name = schema.key\n      v = schema.value\n    }\n  }\n"
    block = pool(
        tmp_path,
        f'  dynamic "schema" {{\n    for_each = ["a"]\n{content}'
        f'  dynamic "schema" {{\n    for_each = toset(["b"])\n{content}'
        f'  dynamic "schema" {{\n    for_each = {{ c = 1 }}\n{content}',
    ).block
    assert [arguments(one) for one in block.blocks] == [
        {"name": 0, "v": "a"},
        {"name": "b", "v": "b"},
        {"name": "c", "v": 1},
    ]


def test_nested_dynamic_blocks_see_both_iterators(tmp_path: Path) -> None:
    block = pool(
        tmp_path,
        '  dynamic "schema" {\n    for_each = ["a", "b"]\n    iterator = outer\n    content {\n'
        '      dynamic "string_attribute_constraints" {\n        for_each = [1]\n        content {\n'
        '          min_length = "${outer.value}${string_attribute_constraints.value}"\n'
        "        }\n      }\n    }\n  }\n",
    ).block
    assert [arguments(one.blocks[0]) for one in block.blocks] == [{"min_length": "a1"}, {"min_length": "b1"}]


def test_an_unknown_dynamic_block_may_occur(tmp_path: Path) -> None:
    block = pool(
        tmp_path,
        '  dynamic "schema" {\n    for_each = var.all\n    content {\n      name = schema.value.name\n'
        '      same = schema.value.name\n      fixed = "x"\n    }\n  }\n',
        'variable "all" {}\n',
    ).block
    (schema,) = block.blocks
    why = "var.all has no default and no value was given"
    assert (schema.maybe, schema.from_dynamic, dict(block.open)) == (why, True, {"schema": why})
    assert arguments(schema) == {"name": ..., "same": ..., "fixed": "x"}
    name, same = schema.arguments["name"].value, schema.arguments["same"].value
    assert name.identity is not None  # type: ignore[union-attr]
    assert name.identity == same.identity  # type: ignore[union-attr]


def test_known_items_of_an_open_collection_are_certain(tmp_path: Path) -> None:
    block = pool(
        tmp_path,
        '  dynamic "schema" {\n    for_each = { a = 1, (var.k) = 2 }\n'
        "    content {\n      name = schema.key\n    }\n  }\n",
        'variable "k" {}\n',
    ).block
    assert [(arguments(one)["name"], one.maybe is None) for one in block.blocks] == [("a", True), (..., False)]
    assert list(block.open) == ["schema"]


def test_items_with_unknown_parts_are_expanded(tmp_path: Path) -> None:
    block = pool(
        tmp_path,
        '  dynamic "schema" {\n    for_each = [{ name = "a", n = var.k }, { name = var.k, n = 1 }]\n'
        "    content {\n      name = schema.value.name\n      n = schema.value.n\n    }\n  }\n",
        'variable "k" {}\n',
    ).block
    assert [arguments(one) for one in block.blocks] == [{"name": "a", "n": ...}, {"name": ..., "n": 1}]
    assert [one.maybe for one in block.blocks] == [None, None]


def test_what_is_no_collection_makes_no_certain_block(tmp_path: Path) -> None:
    block = pool(
        tmp_path, '  dynamic "schema" {\n    for_each = null\n    content {\n      name = "a"\n    }\n  }\n'
    ).block
    assert [one.maybe for one in block.blocks] == ["its for_each is no collection"]


def test_an_empty_dynamic_block_makes_nothing(tmp_path: Path) -> None:
    block = pool(
        tmp_path, '  dynamic "schema" {\n    for_each = []\n    content {\n      name = "a"\n    }\n  }\n'
    ).block
    assert (block.blocks, dict(block.open)) == ((), {})


def limited(tmp_path: Path, body: str) -> tuple[Resource, str]:
    """The only resource, and what was said about a limit."""
    write(tmp_path, main_tf=f'resource "{TYPE}" "main" {{\n{body}}}\n')
    project = resolve(tmp_path)
    ((resource,), (problem,)) = project.resources, project.problems
    assert problem.slug == "evaluation-limit"
    return resource, problem.message


def test_a_dynamic_block_makes_a_bounded_number(tmp_path: Path) -> None:
    body = '  dynamic "schema" {\n    for_each = range(1024)\n    content {\n      name = "a"\n    }\n  }\n'
    resource, message = limited(tmp_path, body)
    assert message == "for_each makes more than 1,000 blocks: the others were not looked at"
    assert (len(resource.block.blocks), dict(resource.block.open)) == (1000, {"schema": message})


@pytest.mark.parametrize(
    "body",
    [
        "  schema {\n  }\n" * 2_001,
        '  dynamic "schema" {\n    for_each = range(1000)\n    content {\n'
        '      dynamic "a" {\n        for_each = [1, 2]\n        content {\n        }\n      }\n    }\n  }\n',
    ],
    ids=["written", "generated"],
)
def test_a_resource_has_a_bounded_number_of_blocks(tmp_path: Path, body: str) -> None:
    resource, message = limited(tmp_path, body)
    assert message == "a resource has more than 2,000 blocks: the others were not looked at"
    assert sum(1 + len(block.blocks) for block in resource.block.blocks) == 2_000
    assert dict(resource.block.open) == {"schema": message}


def test_a_dynamic_block_without_content_is_passed_over(tmp_path: Path) -> None:
    assert pool(tmp_path, '  dynamic "schema" {\n    for_each = [1]\n  }\n').block.blocks == ()


def test_blocks_within_each_other_are_bounded(tmp_path: Path) -> None:
    resource = pool(tmp_path, "  schema {\n" * 60 + "  }\n" * 60)
    depth, block = 0, resource.block
    while block.blocks:
        depth, block = depth + 1, block.blocks[0]
    assert depth == 50
    assert dict(block.open) == {"schema": "its blocks are nested too deep"}


def test_an_argument_keeps_its_own_place(tmp_path: Path) -> None:
    argument = pool(tmp_path, '  name = upper("a")\n').block.arguments["name"]
    assert (argument.name_span.text, argument.span.text, plain(argument.value)) == ("name", 'upper("a")', "A")


def test_a_refused_call_is_unknown_with_the_reason(tmp_path: Path) -> None:
    value = pool(tmp_path, '  name = tonumber("a")\n').block.arguments["name"].value
    assert "a" in reason(value)
