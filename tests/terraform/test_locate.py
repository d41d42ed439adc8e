"""Planned resources seen in their source: values of the plan, places of the configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from plans import FIXTURES, TYPE, body, real, shapes

from cogcheck.catalogue.changes import changes
from cogcheck.documents import discover
from cogcheck.model import Block, Known, Resource, Resources, Versions
from cogcheck.options import Options
from cogcheck.terraform import project
from cogcheck.terraform.locate import locate


def source(directory: Path) -> Resources:
    return Resources(project.resources(discover([directory], (TYPE.encode(),)), Options(), shapes()).resources)


def located(name: str) -> list[Resource]:
    found = source(FIXTURES / "plans" / name)
    return [locate(resource, found, shapes()[TYPE]) for resource in real(name).resources]


def places(block: Block) -> dict[str, tuple[str, int]]:
    return {name: (argument.span.text, argument.span.first[0]) for name, argument in block.arguments.items()}


def texts(block: Block) -> tuple[dict[str, object], list[str]]:
    """A block's arguments, and its blocks in no order."""
    found = body(replace(block, blocks=()))
    return found, sorted(f"{nested.type} {body(nested)}" for nested in block.blocks)


def test_values_are_the_plans_and_places_the_sources() -> None:
    planned = real("schema-changed").resources[0]
    (resource,) = located("schema-changed")
    assert texts(resource.block) == texts(planned.block)
    assert resource.block.header.text == f'resource "{TYPE}" "grown"'
    assert places(resource.block) == {"deletion_protection": ('"ACTIVE"', 3), "name": ('"grown"', 2)}
    assert [(block.type, block.header.first[0]) for block in resource.block.blocks] == [
        ("schema", 5),
        ("schema", 15),
        ("sms_configuration", 21),
    ]
    assert places(resource.block.blocks[0])["name"] == ('"plan"', 6)
    assert [(problem.span.first[0], problem.span.text.split(" ")[0]) for problem in changes(resource)] == [
        (1, "resource"),
        (5, "schema"),
    ]


def test_through_modules_and_dynamic_blocks() -> None:
    resource = located("modules")[3]
    assert resource.address == f'module.shop["fr.x"].{TYPE}.main'
    assert places(resource.block)["name"] == ("var.name", 23)
    name = resource.block.arguments["name"].value
    assert isinstance(name, Known)
    assert name.value == "shop-fr.x"
    assert [step.span.text for step in name.trail] == ['"shop-${each.key}"']
    sms, schema = resource.block.blocks
    assert (sms.type, places(sms)["external_id"]) == ("sms_configuration", ('"shop"', 28))
    assert (schema.type, schema.header.text, places(schema)["name"]) == ("schema", "content", ("schema.key", 35))


def test_the_source_tells_omitted_from_unknown() -> None:
    (resource,) = located("unknown")
    assert set(real("unknown").resources[0].block.open) > {"password_policy", "schema", "sms_configuration"}
    assert list(resource.block.open) == ["schema", "sms_configuration"]
    assert [block.maybe is not None for block in resource.block.blocks] == [True, True]


def test_the_source_tells_written_from_carried_over() -> None:
    (removed,) = located("sms-removed")
    assert removed.block.open == {}
    assert [problem.slug for problem in changes(removed)] == ["sms-configuration-removal-ignored"]


@pytest.mark.parametrize("sms", ['dynamic "sms_configuration" {\n  for_each = [1]\n  content', "sms_configuration"])
def test_a_block_that_the_source_makes_is_no_removed_one(tmp_path: Path, sms: str) -> None:
    end = "}\n" if sms.startswith("dynamic") else ""
    (tmp_path / "main.tf").write_text(
        f'resource "{TYPE}" "grown" {{\n  name = "grown"\n  {sms} {{\n    external_id = "x"\n  }}\n{end}}}\n'
    )
    resource = locate(real("sms-removed").resources[0], source(tmp_path), shapes()[TYPE])
    assert list(changes(resource)) == []
    assert [block.type for block in resource.block.blocks if block.type != "schema"] == ["sms_configuration"]


def test_lists_maps_and_what_the_source_does_not_show(tmp_path: Path) -> None:
    resource = real("replaced").resources[0]
    (tmp_path / "main.tf").write_text(
        f'resource "{TYPE}" "grown" {{\n  username_attributes = ["phone_number", "email"]\n'
        "  lifecycle {\n    ignore_changes = [name]\n  }\n}\n"
    )
    found = locate(resource, source(tmp_path), shapes()[TYPE])
    assert found.ignore_changes == ("name",)
    assert {name: argument.span.text.split(" ")[0] for name, argument in found.block.arguments.items()} == {
        "deletion_protection": "resource",
        "name": "resource",
        "username_attributes": '["phone_number",',
    }
    item = found.block.arguments["username_attributes"].value.items[0]  # type: ignore[union-attr]
    assert item.span.text == '"email"'
    assert {block.header.text for block in found.block.blocks} == {f'resource "{TYPE}" "grown"'}


def test_the_lock_file_of_the_source_knows_the_release(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(f'resource "{TYPE}" "grown" {{\n  name = "grown"\n}}\n')
    resource = real("no-op").resources[0]
    open_ = locate(resource, source(tmp_path), shapes()[TYPE])
    assert open_.surroundings.versions == resource.surroundings.versions == Versions()
    (tmp_path / ".terraform.lock.hcl").write_text(
        'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.41.0"\n}\n'
    )
    exact = locate(resource, source(tmp_path), shapes()[TYPE])
    assert exact.surroundings.versions.low == exact.surroundings.versions.high == (5, 41, 0)
    assert list(exact.surroundings.resources("aws_iam_role")) == []


def test_another_configuration_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(f'resource "{TYPE}" "other" {{\n  name = "x"\n}}\n')
    resource = real("no-op").resources[0]
    assert locate(resource, source(tmp_path), shapes()[TYPE]) is resource


def test_one_that_stands_for_all_instances(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f'variable "n" {{}}\nresource "{TYPE}" "counted" {{\n  count = var.n\n  name = "c-${{count.index}}"\n}}\n'
    )
    resource = next(each for each in real("modules").resources if each.address.endswith("counted[1]"))
    found = locate(resource, source(tmp_path), shapes()[TYPE])
    assert (found.address, found.block.arguments["name"].span.text) == (f"{TYPE}.counted[1]", '"c-${count.index}"')
