"""The shape of the resource is that of the real provider: names, types, what is required or computed, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import Terraform

from cogcheck.answer import Truth
from cogcheck.catalogue.load import catalogue
from cogcheck.catalogue.shapes import BlockShape, Period, release
from cogcheck.model import Versions

TYPE = "aws_cognito_user_pool"
NUMBERS = {"integer": "number"}
CONFIGURATION = """terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
"""


class Real:
    """The provider at hand: its release and its schema of the resource."""

    def __init__(self, terraform: Terraform, directory: Path) -> None:
        (directory / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
        terraform.init(directory)
        versions = terraform.json(directory, "version", "-json")["provider_selections"]
        schemas = terraform.json(directory, "providers", "schema", "-json")["provider_schemas"]
        ((name, schema),) = schemas.items()
        number = release(versions[name])
        self.versions = Versions(number, number)
        self.block: Mapping[str, Any] = schema["resource_schemas"][TYPE]["block"]

    def has(self, period: Period) -> bool:
        """Whether this release is in the period."""
        return period.holds(self.versions) is Truth.YES


@pytest.fixture(scope="module")
def real(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Real:
    return Real(terraform, tmp_path_factory.mktemp("schema"))


def type_of(raw: str | list[str]) -> str:
    return raw if isinstance(raw, str) else f"{raw[0]}({raw[1]})"


def expected_arguments(shape: BlockShape, real: Real) -> dict[str, tuple[str, bool, bool]]:
    """By name: type, whether it is required, whether it can only be read."""
    return {
        name: (
            NUMBERS.get(argument.type, argument.type),
            any(real.has(fact.period) for fact in argument.facts.get("required", ())),
            any(fact.severity == "error" for fact in argument.facts.get("read_only", ())),
        )
        for name, argument in shape.arguments.items()
        if real.has(argument.period)
    }


def found_arguments(block: Mapping[str, Any]) -> dict[str, tuple[str, bool, bool]]:
    return {
        name: (
            type_of(attribute["type"]),
            attribute.get("required", False),
            # `id` is optional in the schema of every resource, but the SDK refuses to have it set.
            not attribute.get("required") and (not attribute.get("optional") or name == "id"),
        )
        for name, attribute in block.get("attributes", {}).items()
    }


def compare(shape: BlockShape, block: Mapping[str, Any], real: Real) -> None:
    assert expected_arguments(shape, real) == found_arguments(block)
    blocks = {name: inner for name, inner in shape.blocks.items() if real.has(inner.period)}
    nested = block.get("block_types", {})
    assert set(blocks) == set(nested)
    for name, inner in blocks.items():
        limits = {fact.value for fact in inner.facts["max"]}
        assert limits == {nested[name]["max_items"]} if "max_items" in nested[name] else limits
        compare(inner, nested[name]["block"], real)


def test_the_shape_is_the_providers(real: Real) -> None:
    compare(catalogue().shapes[TYPE].root, real.block, real)
