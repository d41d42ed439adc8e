"""A directory's declarations, override files and what Terraform refuses of them."""

from __future__ import annotations

from pathlib import Path

from resolving import TYPE, arguments, only, plain, resolve, value, write

from cogcheck.model import Document
from cogcheck.syntax import hcl
from cogcheck.terraform.module import Module

HEAD = f'resource "{TYPE}" "main" {{\n'


def module(**files: str) -> Module:
    documents = [Document(f"m/{name.replace('_tf', '.tf')}", text) for name, text in files.items()]
    return Module("m", [hcl.parse(document) for document in documents])


def messages(found: Module) -> list[tuple[str, str]]:
    return [(problem.message, problem.span.text) for problem in found.problems]


def test_declarations_of_all_files() -> None:
    found = module(
        a_tf='variable "v" {}\nlocals {\n  x = 1\n}\nprovider "aws" {}\nprovider "aws" {\n  alias = "west"\n}\n',
        b_tf='output "o" {}\nmodule "m" {}\ndata "a" "b" {}\nresource "c" "d" {}\nlocals {\n  y = 2\n}\nimport {}\n'
        'check "x" {}\nmoved {}\n',
    )
    assert list(found.variables) == ["v"]
    assert list(found.locals) == ["x", "y"]
    assert list(found.providers) == [("aws", ""), ("aws", "west")]
    assert (list(found.outputs), list(found.calls)) == (["o"], ["m"])
    assert (list(found.data), list(found.resources)) == ([("a", "b")], [("c", "d")])
    assert len(found.imports) == 1
    assert found.problems == ()


def test_labels_that_do_not_fit_are_reported_and_the_block_is_passed_over() -> None:
    found = module(main_tf=f'resource "{TYPE}" {{}}\nvariable {{}}\nlocals "x" {{}}\nmodule "a" "b" {{}}\n')
    assert messages(found) == [
        ("a resource block has a type and a name, this one has 1 label", f'resource "{TYPE}"'),
        ("a variable block has a name, this one has none", "variable"),
        ("a locals block has no label, this one has 1 label", 'locals "x"'),
        ("a module block has a name, this one has 2 labels", 'module "a" "b"'),
    ]
    assert all(problem.slug == "syntax-error" for problem in found.problems)


def test_second_declarations_are_reported_and_the_first_counts() -> None:
    found = module(
        a_tf='resource "x" "y" {\n  n = 1\n}\nvariable "v" {}\nlocals {\n  l = 1\n}\nprovider "aws" {}\n',
        b_tf='resource "x" "y" {\n  n = 2\n}\nvariable "v" {}\nlocals {\n  l = 2\n}\nprovider "aws" {}\n',
    )
    assert messages(found) == [
        ("local.l is declared a second time", "l"),
        ("x.y is declared a second time", 'resource "x" "y"'),
        ("var.v is declared a second time", 'variable "v"'),
        ('provider "aws" is declared a second time', 'provider "aws"'),
    ]
    assert [problem.related[0].span.document.path for problem in found.problems] == ["m/a.tf"] * 4
    attribute = found.resources["x", "y"].attribute("n")
    assert attribute is not None
    assert attribute.value_span.text == "1"


def test_an_override_of_nothing_is_reported() -> None:
    found = module(a_tf="", x_override_tf='resource "x" "y" {}\nlocals {\n  l = 2\n}\n')
    assert messages(found) == [
        ("local.l is overridden, but no other file declares it", "l"),
        ("x.y is overridden, but no other file declares it", 'resource "x" "y"'),
    ]


def test_required_providers_are_overridden_one_by_one() -> None:
    requirement = 'terraform {{\n  required_providers {{\n    {} = "{}"\n  }}\n}}\n'
    found = module(
        a_tf=requirement.format("aws", "1") + requirement.format("tls", "2"), override_tf=requirement.format("aws", "3")
    )
    assert {name: one.value_span.text for name, one in found.required_providers.items()} == {"aws": '"3"', "tls": '"2"'}


def test_override_files_replace_arguments_and_blocks(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=HEAD + '  name = "base"\n  mfa_configuration = "OFF"\n  password_policy {\n    minimum_length = 6\n'
        '    require_symbols = true\n  }\n  schema {\n    name = "one"\n  }\n}\n',
        a_override_tf=HEAD + '  name = "first"\n  password_policy {\n    minimum_length = 7\n  }\n}\n',
        b_override_tf=HEAD + '  name = "second"\n  dynamic "schema" {\n    for_each = ["two"]\n    content {\n'
        "      name = schema.value\n    }\n  }\n}\n",
    )
    block = only(resolve(tmp_path)).block
    assert arguments(block) == {"name": "second", "mfa_configuration": "OFF"}
    assert [(one.type, arguments(one)) for one in block.blocks] == [
        ("password_policy", {"minimum_length": 7}),
        ("schema", {"name": "two"}),
    ]
    assert Path(block.arguments["name"].span.document.path).name == "b_override.tf"


def test_override_files_reach_variables_locals_calls_and_lifecycle(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='variable "v" {\n  type = number\n}\nlocals {\n  l = 1\n}\n'
        'module "m" {\n  source = "./m"\n  a = 1\n  b = 1\n}\n'
        + HEAD
        + "  name = var.v\n  deletion_protection = local.l\n  mfa_configuration = module.m.out\n"
        "  lifecycle {\n    ignore_changes = [name]\n    prevent_destroy = true\n  }\n}\n",
        override_tf='variable "v" {\n  default = "5"\n}\nlocals {\n  l = 2\n}\nmodule "m" {\n  b = 2\n}\n'
        + HEAD
        + "  lifecycle {\n    ignore_changes = [tags]\n  }\n}\n",
        m__main_tf='variable "a" {}\nvariable "b" {}\noutput "out" {\n  value = "${var.a}${var.b}"\n}\n',
    )
    resource = only(resolve(tmp_path))
    found = [plain(value(resource, name)) for name in ("name", "deletion_protection", "mfa_configuration")]
    assert found == [5, 2, "12"]
    assert resource.ignore_changes == ("tags",)
