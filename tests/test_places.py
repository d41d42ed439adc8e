"""Where findings point, and how they are told: arguments set twice, nulls, refused values, names that go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cogcheck.catalogue.configured import for_each
from cogcheck.catalogue.load import catalogue
from cogcheck.report import Finding
from cogcheck.scan import scan


def _scan(tmp_path: Path, body: str) -> list[Finding]:
    text = 'resource "aws_cognito_user_pool" "main" {\n' + body + "}\n"
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    return list(scan([tmp_path]).findings)


def test_an_argument_set_twice_is_told_with_its_path_and_address(tmp_path: Path) -> None:
    body = (
        '  name = "example"\n'
        '  schema {\n    name = "one"\n    attribute_data_type = "Boolean"\n    mutable = true\n  }\n'
        '  schema {\n    name = "two"\n    attribute_data_type = "Boolean"\n'
        "    mutable = true\n    mutable = true\n  }\n"
    )
    (finding,) = _scan(tmp_path, body)
    assert (finding.slug, finding.argument) == ("attribute-set-twice", "schema[1].mutable")
    assert finding.resources == ("aws_cognito_user_pool.main",)


def test_a_null_where_a_value_is_required_is_a_related_place(tmp_path: Path) -> None:
    (finding,) = _scan(tmp_path, "  name = null\n")
    assert (finding.slug, finding.span.first) == ("missing-argument", (1, 1))
    assert [(step.message, step.span.first) for step in finding.related] == [("name is null", (2, 10))]


def test_a_refused_value_is_one_finding(tmp_path: Path) -> None:
    body = (
        '  name = "example"\n  user_attribute_update_settings {\n'
        '    attributes_require_verification_before_update = ["e-mail"]\n  }\n'
    )
    report = scan([tmp_path]) if _scan(tmp_path, body) else None
    assert report is not None
    assert [finding.slug for finding in report.findings] == ["value-not-allowed"]
    assert report.undecided == ()


def test_the_item_that_decided_is_pointed_at(tmp_path: Path) -> None:
    (finding,) = _scan(tmp_path, '  name = "example"\n  auto_verified_attributes = [\n    "phone_number",\n  ]\n')
    assert (finding.argument, finding.span.first) == ("auto_verified_attributes[0]", (4, 5))


def test_what_goes_on_after_a_known_name_may_be_newer(tmp_path: Path) -> None:
    (finding,) = _scan(tmp_path, '  name = "example"\n  deletion_protection_period = 3\n')
    assert (finding.slug, finding.severity) == ("unknown-argument", "warning")


def test_only_a_dollar_alone_stands_for_the_path() -> None:
    rule = catalogue().by_slug["arn-refused-by-cognito"]
    one, *_ = for_each(replace(rule, help="$ without $LATEST"))
    assert one.help == f"{rule.each[0]} without $LATEST"


def test_without_instances_only_what_validate_refuses_counts(tmp_path: Path) -> None:
    child = tmp_path / "pool"
    child.mkdir()
    (child / "main.tf").write_text(
        'variable "name" {}\nvariable "mfa" {\n  default = "MAYBE"\n}\nlocals {\n  tier = "GOLD"\n}\n'
        'resource "aws_cognito_user_pool" "main" {\n  name = var.name\n  mfa_configuration = var.mfa\n'
        '  user_pool_tier = local.tier\n  dynamic "password_policy" {\n    for_each = var.mfa == "x" ? [] : [1]\n'
        "    content {\n      minimum_length = 3\n    }\n  }\n"
        '  dynamic "device_configuration" {\n    for_each = [1, 2]\n    content {}\n  }\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "main.tf").write_text(
        'variable "on" {\n  default = false\n}\nvariable "name" {\n  default = null\n}\n'
        'module "pool" {\n  source = "./pool"\n  count = var.on ? 1 : 0\n  name = var.name\n}\n',
        encoding="utf-8",
    )
    found = [(finding.slug, finding.argument) for finding in scan([tmp_path]).findings]
    assert found == [("value-not-allowed", "user_pool_tier"), ("repeated-block", "device_configuration[1]")]


def test_an_argument_written_as_a_block_is_one_finding(tmp_path: Path) -> None:
    body = (
        '  name = "example"\n  auto_verified_attributes {}\n  user_attribute_update_settings {\n'
        "    attributes_require_verification_before_update {}\n  }\n"
    )
    found = [(finding.slug, finding.argument) for finding in _scan(tmp_path, body)]
    inner = "user_attribute_update_settings.attributes_require_verification_before_update"
    assert found == [("attribute-as-block", "auto_verified_attributes"), ("attribute-as-block", inner)]
