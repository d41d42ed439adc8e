"""What people read: that it is true, that one mistake is told once, and that the way out fits it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import shell_complete

from cogcheck.catalogue.load import catalogue
from cogcheck.cli import main, run
from cogcheck.options import Options
from cogcheck.report import Finding
from cogcheck.reporters import View
from cogcheck.reporters.explain import as_list
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


def test_nothing_to_judge_is_said_with_what_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "pool" {\n  source = "example/pool/aws"\n}\n', encoding="utf-8")
    assert scan([tmp_path]).notices == (
        "no aws_cognito_user_pool was found; modules from registries and other repositories are not read",
    )


def test_a_path_in_place_of_a_command_is_told_which_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "infra").mkdir()
    assert run(["infra"]) == 2
    assert capsys.readouterr().err.endswith("Error: No such command 'infra'. To check it: cogcheck scan infra\n")


def test_standard_input_is_read_whatever_it_mentions() -> None:
    (finding,) = scan(["-"], Options(stdin=b"nonsense\n")).findings
    assert finding.slug == "syntax-error"


def test_a_long_summary_has_lines_of_its_own_on_a_narrow_terminal() -> None:
    rules = [rule for rule in catalogue().rules if rule.slug == "alias-and-username-attributes"]
    assert as_list(rules, View(False, 80), wrap=True).splitlines()[1:3] == [
        "  COG3001  error    alias-and-username-attributes",
        "           alias_attributes and username_attributes exclude each other",
    ]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("cogcheck scan ./inf", ["file,./inf"]),
        ("cogcheck scan --output ./inf", ["file,./inf"]),
        ("cogcheck rules te", ["plain,template-email-without-code", "plain,template-sms-without-code", "plain,test"]),
        ("cogcheck rules test ./pol", ["file,./pol"]),
    ],
)
def test_shells_complete_paths_rules_and_test(
    words: str, offered: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    assert shell_complete(main, {}, "cogcheck", "_COGCHECK_COMPLETE", "bash_complete") == 0
    assert capsys.readouterr().out.splitlines() == offered


def test_examples_of_rules_are_judged_without_what_lies_around(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = """format: 1
resource: aws_s3_bucket
rules:
  - id: BKT1
    slug: destroyable-bucket
    severity: warning
    summary: A bucket may be destroyed with its contents
    must: {not: {equals: {force_destroy: true}}}
    message: force_destroy is <force_destroy>
    help: Remove force_destroy.
    why: What is in it is lost.
    bad: "force_destroy = true"
    good: 'bucket = "logs"'
"""
    (tmp_path / "rules.yaml").write_text(rule, encoding="utf-8")
    for name in ("main.tf", "example.tf"):
        text = f'resource "aws_s3_bucket" "{name[:-3]}" {{\n  force_destroy = true\n}}\n'
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["rules", "test", "rules.yaml"]) == 0
    assert capsys.readouterr().out == "rules.yaml: BKT1 destroyable-bucket: ok\n"
