"""What people read: that it is true, that one mistake is told once, and that the way out fits it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cogcheck.report import Finding
from cogcheck.scan import scan

POOL = 'resource "aws_cognito_user_pool" "example" {\n  name = "example"\n%s\n}\n'


def found(text: str, directory: Path) -> list[Finding]:
    (directory / "main.tf").write_text(text, encoding="utf-8")
    return list(scan([directory]).findings)


@pytest.mark.parametrize(
    ("default", "expression", "told"),
    [
        ('"NO"', "var.it", '"NO" (default of var.it)'),
        ('"no"', "upper(var.it)", '"NO" (because of the default of var.it)'),
        ("true", 'var.it ? "NO" : "ACTIVE"', '"NO" (because of the default of var.it)'),
        ('"O"', '"N${var.it}"', '"NO" (because of the default of var.it)'),
        ("5", "var.it", '"5" (default of var.it)'),
        ('["NO"]', "var.it[0]", '"NO" (default of var.it)'),
    ],
)
def test_a_value_is_told_apart_from_what_it_was_made_of(
    default: str, expression: str, told: str, tmp_path: Path
) -> None:
    text = f'variable "it" {{\n  default = {default}\n}}\n' + POOL % f"  deletion_protection = {expression}"
    assert [finding.message for finding in found(text, tmp_path)] == [
        f'deletion_protection cannot be {told}; allowed: "ACTIVE" or "INACTIVE"'
    ]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('  lambda_config {\n    pre_signup = "x"\n  }', "unknown-argument"),
        ('  mfa_configuration = "ON"\n  software_token_mfa_config {\n    enabled = true\n  }', "unknown-block"),
        ('  mfa_configuration = "ON"\n  software_token_mfa_configuration = { enabled = true }', "block-as-attribute"),
    ],
)
def test_a_slip_in_a_name_is_one_finding(body: str, rule: str, tmp_path: Path) -> None:
    assert [finding.slug for finding in found(POOL % body, tmp_path)] == [rule]


def test_a_required_argument_is_not_lacking_where_its_name_is_misspelt(tmp_path: Path) -> None:
    text = 'resource "aws_cognito_user_pool" "example" {\n  names = "example"\n}\n'
    assert [finding.slug for finding in found(text, tmp_path)] == ["unknown-argument"]


def test_each_refused_declaration_has_its_own_way_out(tmp_path: Path) -> None:
    (twice,) = found(POOL % "" + POOL % "", tmp_path)
    assert (twice.slug, twice.help) == ("refused-declaration", "Rename or remove one of the two.")
    (tmp_path / "main_override.tf").write_text(POOL.replace('"example" {', '"other" {') % "", encoding="utf-8")
    (baseless,) = found(POOL % "", tmp_path)
    assert (baseless.slug, baseless.help) == ("refused-declaration", "Declare it in a file that is no override file.")
